import { useEffect } from 'preact/hooks';
import { entry } from '../strings/formats/entry.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

/** Milliseconds after which a notice goes by itself. */
const SHOWN_MS = 20_000;

/** Dismissible notice of the preview controller, for example about a limitation of this browser. */
export function PreviewNotice({ controller }: { controller: PreviewController }) {
  const text = controller.notice.value;
  useEffect(() => {
    if (!text) return;
    const timer = setTimeout(() => controller.dismissNotice(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [text, controller]);
  return (
    <div role="status">
      {text && (
        <p class="stage-notice">
          {entry(strings.sheet.notices, text) ?? <q>{text}</q>}{' '}
          <button type="button" class="text-button" onClick={() => controller.dismissNotice()}>
            {strings.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}
