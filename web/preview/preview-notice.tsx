import { entry } from '../strings/formats/entry.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

/** Dismissible notice of the preview controller, for example about a limitation of this browser. */
export function PreviewNotice({ controller }: { controller: PreviewController }) {
  const text = controller.notice.value;
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
