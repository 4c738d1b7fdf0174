import { strings } from '../strings.ts';
import type { StageHost } from './stage-host.ts';

/** What the preview has to tell of this browser, above the sheet. */
export function StageNotice({ host }: { host: StageHost }) {
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
