import { useSignal } from '@preact/signals';
import { useId, useRef } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';
import { appPath } from './view-state.ts';

const words = strings.sheet;

/** Where in the app the visitor is; another path of the app can be typed. */
export function PreviewAddress({ host, url }: { host: PreviewController; url: string | null }) {
  const typed = useSignal<string | null>(null);
  const isForeign = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const id = useId();
  const shown = typed.value ?? (url === null ? '' : host.path.value);
  const leave = () => {
    typed.value = null;
    isForeign.value = false;
  };
  const go = (event: Event) => {
    event.preventDefault();
    if (url === null) return;
    const path = appPath(shown, url);
    isForeign.value = path === null;
    if (path === null) return;
    typed.value = null;
    if (path === host.path.peek()) host.reload();
    else host.navigate(path);
  };
  return (
    <form class="address" onSubmit={go}>
      <input
        ref={input}
        class="address-input"
        aria-label={words.address}
        aria-invalid={isForeign.value}
        aria-describedby={isForeign.value ? id : undefined}
        disabled={url === null}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="go"
        value={shown}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value;
          isForeign.value = false;
        }}
        onBlur={leave}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || typed.value === null) return;
          event.preventDefault();
          leave();
        }}
      />
      {isForeign.value && (
        <p id={id} class="address-hint" role="alert">
          {words.foreign}
        </p>
      )}
    </form>
  );
}
