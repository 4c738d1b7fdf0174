import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import type { Attachments } from './attachments.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Makes the whole page a drop target for files, and shows so while files are dragged over it. */
export function DropTarget({ attachments }: { attachments: Attachments }) {
  const isOver = useSignal(false);
  useEffect(() => {
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy';
      isOver.value = true;
    };
    const leave = (event: DragEvent) => {
      // `relatedTarget` is set when the pointer goes to another element of the page.
      if (event.relatedTarget === null) isOver.value = false;
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      isOver.value = false;
      void attachments.add([...(event.dataTransfer?.files ?? [])]);
    };
    const listeners = { dragenter: enter, dragover: enter, dragleave: leave, drop } as const;
    for (const [type, listener] of Object.entries(listeners)) addEventListener(type as 'drop', listener);
    return () => {
      for (const [type, listener] of Object.entries(listeners)) removeEventListener(type as 'drop', listener);
    };
  }, [attachments, isOver]);
  return isOver.value ? (
    <div class="drop-target">
      <p>{strings.attachments.drop}</p>
    </div>
  ) : null;
}

/** Attaches pasted files. Text that is pasted with a picture of itself, as office programs do, stays text. */
export function pasteFiles(event: ClipboardEvent, attachments: Attachments): void {
  const data = event.clipboardData;
  if (!data || data.files.length === 0 || data.types.includes('text/plain')) return;
  event.preventDefault();
  void attachments.add([...data.files]);
}
