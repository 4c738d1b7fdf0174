import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

/** Dismissible notice of the preview controller, for example about a limitation of this browser. */
export function PreviewNotice({ controller }: { controller: PreviewController }) {
  return (
    <div role="status">
      {controller.notice.value && (
        <p class="stage-notice">
          {controller.notice.value}{' '}
          <button type="button" class="text-button" onClick={() => controller.dismissNotice()}>
            {strings.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}
