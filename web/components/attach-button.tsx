import { Paperclip } from 'lucide';
import { useRef } from 'preact/hooks';
import { accepted } from '../attach/kinds.ts';
import type { Attachments } from '../state/attachments.ts';
import { strings } from '../strings.ts';
import { IconButton } from './icon-button.tsx';

/** Opens the browser's own dialog to pick files. */
export function AttachButton({ attachments, disabled = false }: { attachments: Attachments; disabled?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <IconButton
        node={Paperclip}
        name={strings.attachments.add}
        disabled={disabled}
        onClick={() => input.current?.click()}
      />
      <input
        ref={input}
        class="attach-input"
        type="file"
        multiple
        hidden
        accept={accepted}
        onChange={(event) => {
          const field = event.currentTarget;
          void attachments.add([...(field.files ?? [])]);
          // The same file may be picked again.
          field.value = '';
        }}
      />
    </>
  );
}
