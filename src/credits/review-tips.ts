import type { ReviewTip, TurnEvidence } from '../protocol/review-resources.ts';

/** Share of the cost above which a conversation is too long for its task. */
const longContextShare = 0.6;

/** Tokens below which a conversation is short, whatever its share. */
const longContext = 30_000;

/** Tokens of a turn's output that a small model writes as well. */
const smallOutput = 3_000;

/** Files with one prompt that are many. */
const manyFiles = 3;

/**
 * What would have spared credits in these turns, what spares most first; never empty.
 *
 * @param smallModel the model that builds for the least
 */
export function tipsFrom(turns: readonly TurnEvidence[], contextSize: number, smallModel: string): ReviewTip[] {
  const most = (of: (turn: TurnEvidence) => number) => Math.max(0, ...turns.map(of));
  const sum = (of: (turn: TurnEvidence) => number) => turns.reduce((total, turn) => total + of(turn), 0);
  const tips: ReviewTip[] = [];
  if (turns.some(({ code }) => code === 'going_in_circles')) tips.push({ code: 'describe_differently' });
  const share = most(({ contextShare }) => contextShare);
  if (share > longContextShare && contextSize > longContext)
    tips.push({ code: 'start_fresh', percent: Math.round(share * 100) });
  const failing = sum(({ failingPreviews }) => failingPreviews);
  if (failing > 0) tips.push({ code: 'check_preview', count: failing });
  if (turns.some(({ model, tokens }) => model !== smallModel && tokens.output < smallOutput))
    tips.push({ code: 'smaller_model', model: smallModel });
  const files = most(({ attachments }) => attachments);
  if (files >= manyFiles) tips.push({ code: 'attach_less', count: files });
  return tips.length > 0 ? tips : [{ code: 'ask_first' }];
}

/** The tips in English. */
export const tipsText = (tips: readonly ReviewTip[]): string => tips.map(sentenceOf).join(' ');

function sentenceOf(tip: ReviewTip): string {
  switch (tip.code) {
    case 'start_fresh':
      return `${tip.percent} percent of the cost was reading the conversation again: start fresh.`;
    case 'smaller_model':
      return `Small changes cost less with ${tip.model}.`;
    case 'describe_differently':
      return 'Claude went in circles: undo, and describe what you want in another way.';
    case 'check_preview':
      return 'The preview had problems: look at it, and tell Claude what you see before you go on.';
    case 'attach_less':
      return 'Every file that is attached is read in each step: attach fewer.';
    case 'ask_first':
      return 'One change at a time, named with its place, needs the fewest steps.';
  }
}
