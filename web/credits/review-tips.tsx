import type { ReviewTip } from '../../src/protocol/review-resources.ts';
import { strings } from '../strings/strings.ts';

const words = strings.reviews;

/** What a tip's press does; a tip without one is words only. */
export interface TipPresses {
  onStartFresh?: (() => void) | undefined;
  onUseSmallModel?: (() => void) | undefined;
}

function sentenceOf(tip: ReviewTip): string | null {
  switch (tip.code) {
    case 'start_fresh':
      return words.tip.start_fresh(tip.percent);
    case 'smaller_model':
      return words.tip.smaller_model;
    case 'describe_differently':
      return words.tip.describe_differently;
    case 'check_preview':
      return words.tip.check_preview;
    case 'attach_less':
      return words.tip.attach_less;
    case 'ask_first':
      return words.tip.ask_first;
    default:
      // Codes are an open set: the server may know more.
      return null;
  }
}

/** What costs less in a project, each with its press where there is one. */
export function ReviewTips({ tips, onStartFresh, onUseSmallModel }: { tips: readonly ReviewTip[] } & TipPresses) {
  const pressOf = ({ code }: ReviewTip) => {
    if (code === 'start_fresh' && onStartFresh) return { name: words.startFresh, press: onStartFresh };
    if (code === 'smaller_model' && onUseSmallModel) return { name: words.useSmall, press: onUseSmallModel };
    return null;
  };
  return (
    <ul>
      {tips.map((tip) => {
        const press = pressOf(tip);
        return (
          <li key={tip.code}>
            {sentenceOf(tip)}{' '}
            {press && (
              <button type="button" class="text-button" onClick={press.press}>
                {press.name}
              </button>
            )}
          </li>
        );
      })}
    </ul>
  );
}
