import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

/** What the preview has to tell of this browser, above the sheet. */
export function PreviewNotice({ host }: { host: PreviewController }) {
  return (
    <div role="status">
      {host.notice.value && (
        <p class="stage-notice">
          {host.notice.value}{' '}
          <button type="button" class="text-button" onClick={() => host.dismissNotice()}>
            {strings.dismiss}
          </button>
        </p>
      )}
    </div>
  );
}
