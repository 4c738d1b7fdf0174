import { Paperclip } from 'lucide';
import { useRef } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { Attachments } from './attachments.ts';

/** Opens the browser's file dialog. */
export function AttachButton({ attachments, disabled = false }: { attachments: Attachments; disabled?: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const open = async () => {
    const field = input.current;
    if (!field) return;
    field.accept = (await import('./file-kinds.ts')).accepted;
    field.click();
  };
  return (
    <>
      <IconButton node={Paperclip} name={strings.attachments.add} disabled={disabled} onClick={() => void open()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        onChange={(event) => {
          const field = event.currentTarget;
          void attachments.add([...(field.files ?? [])]);
          // Without this, picking the same file again would fire no `change` event.
          field.value = '';
        }}
      />
    </>
  );
}
