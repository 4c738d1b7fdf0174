import type { Step, Turn } from '../state/view.ts';
import { strings } from '../strings.ts';
import { BlockView } from './blocks.tsx';
import { memo } from './memo.tsx';
import { RetryLine } from './retry-line.tsx';
import { TurnEnd } from './turn-end.tsx';

export function Prompt({ text }: { text: string }) {
  return (
    <p class="prompt">
      <span class="visually-hidden">{strings.turn.you}: </span>
      {text}
    </p>
  );
}

const StepView = memo<{ step: Step; isLive: boolean }>(function StepView({ step, isLive }) {
  return (
    <>
      {step.blocks.map((block, index) => (
        <BlockView
          key={block.kind === 'tool' ? block.id : index}
          block={block}
          isLive={isLive}
          isNewest={isLive && index === step.blocks.length - 1}
        />
      ))}
    </>
  );
});

interface Props {
  turn: Turn;
  index: number;
  onTryAgain?: (() => void) | undefined;
}

/** One prompt and all that follows from it. */
export const TurnView = memo<Props>(function TurnView({ turn, index, onTryAgain }) {
  const isRunning = turn.state === 'running';
  return (
    <article class="turn" aria-label={strings.turn.label(index)} aria-busy={isRunning}>
      <Prompt text={turn.prompt} />
      {turn.steps.map((step, at) => (
        <StepView key={step.step} step={step} isLive={isRunning && at === turn.steps.length - 1} />
      ))}
      {turn.retry && <RetryLine retry={turn.retry} />}
      {!isRunning && <TurnEnd turn={turn} onTryAgain={onTryAgain} />}
    </article>
  );
});
