import { pickedLabel } from '../state/picked.ts';
import { strings } from '../strings.ts';
import type { StageHost } from './stage-host.ts';

const words = strings.sheet;

/** While the visitor points: how it goes, and at what. */
export function SheetPointing({ host }: { host: StageHost }) {
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
