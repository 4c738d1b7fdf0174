import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';
import { appPath } from './view-state.ts';

const words = strings.sheet;

/** Address bar of the preview: shows the app's current path, and navigates to a typed one. */
export function PreviewAddress({ controller, url }: { controller: PreviewController; url: string | null }) {
  const typed = useSignal<string | null>(null);
  const isOtherOrigin = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const text = typed.value ?? (url === null ? '' : controller.path.value);
  const discard = () => {
    typed.value = null;
    isOtherOrigin.value = false;
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (url === null) return;
    const path = appPath(text, url);
    isOtherOrigin.value = path === null;
    if (path === null) return;
    typed.value = null;
    if (path === controller.path.peek()) controller.reload();
    else controller.navigate(path);
  };
  return (
    <form class="address" onSubmit={onSubmit}>
      <input
        ref={input}
        class="address-input"
        aria-label={words.address}
        aria-invalid={isOtherOrigin.value}
        aria-describedby={isOtherOrigin.value ? id : undefined}
        disabled={url === null}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="go"
        value={text}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          isOtherOrigin.value = false;
        }}
        onBlur={discard}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed.value === null) return;
          event.preventDefault();
          discard();
        }}
      />
      {isOtherOrigin.value && (
        <p id={id} class="address-hint" role="alert">
          {words.foreign}
        </p>
      )}
    </form>
  );
}
