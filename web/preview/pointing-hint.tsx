import { pickedLabel } from '../project/picked-element.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

const words = strings.sheet;

/** While the visitor points: how it goes, and at what. */
export function PointingHint({ host }: { host: PreviewController }) {
  const element = host.pointed.value;
  return (
    <div role="status" class="look-status">
      {host.isPicking.value && (
        <div class="look is-pointing">
          <p>
            {element ? <strong>{pickedLabel(element)}</strong> : words.pickHint}{' '}
            {element?.spot && (
              <code>
                {element.spot.file}
                {element.spot.line !== undefined && `:${element.spot.line}`}
              </code>
            )}
          </p>
          <p class="look-actions">
            <button type="button" class="text-button" onClick={() => host.pick(false)}>
              {words.leavePick}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
