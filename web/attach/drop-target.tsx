import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { strings } from '../strings/strings.ts';
import type { Attachments } from './attachments.ts';

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** While files are dragged over the page, all of it takes them, and says so. */
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
      // Leaving one element for another is no leaving of the page.
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

/** Takes the files of a paste. Text that comes with a picture of itself, as from an office program, stays text. */
export function pasteFiles(event: ClipboardEvent, attachments: Attachments): void {
  const data = event.clipboardData;
  if (!data || data.files.length === 0 || data.types.includes('text/plain')) return;
  event.preventDefault();
  void attachments.add([...data.files]);
}
