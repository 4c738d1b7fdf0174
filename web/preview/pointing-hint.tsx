import { pickedLabel } from '../project/picked-element.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';

const words = strings.sheet;

/** While the visitor picks an element: instructions, or the element under the pointer. */
export function PointingHint({ controller }: { controller: PreviewController }) {
  const element = controller.pointed.value;
  return (
    <div role="status" class="look-status">
      {controller.isPicking.value && (
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
            <button type="button" class="text-button" onClick={() => controller.pick(false)}>
              {words.leavePick}
            </button>
          </p>
        </div>
      )}
    </div>
  );
}
