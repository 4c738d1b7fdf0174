import { LazyRetryLine } from '../limits/lazy-limits.tsx';
import type { Step, Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { memo } from '../ui/memo.tsx';
import { BlockView } from './blocks.tsx';
import { TurnEnd } from './turn-end.tsx';

const nameOf = (path: string) => path.slice(path.lastIndexOf('/') + 1);

export function Prompt({ text, attachments = [] }: { text: string; attachments?: readonly string[] }) {
  return (
    <>
      <p class="prompt">
        <span class="visually-hidden">{strings.turn.you}: </span>
        {text}
      </p>
      {attachments.length > 0 && <p class="quiet">{strings.turn.attached(attachments.map(nameOf))}</p>}
    </>
  );
}

interface StepProps {
  step: Step;
  isLive: boolean;
  isNear: boolean;
  thoughtMs: number | null;
}

const StepView = memo<StepProps>(function StepView({ step, isLive, isNear, thoughtMs }) {
  const firstThought = step.blocks.findIndex(({ kind }) => kind === 'thinking');
  return (
    <>
      {step.blocks.map((block, index) => (
        <BlockView
          key={block.kind === 'tool' ? block.id : index}
          block={block}
          isLive={isLive}
          isNewest={isLive && index === step.blocks.length - 1}
          isNear={isNear}
          thoughtMs={index === firstThought ? thoughtMs : null}
        />
      ))}
    </>
  );
});

interface Props {
  turn: Turn;
  index: number;
  /** It is the newest. */
  isNear?: boolean;
  onTryAgain?: (() => void) | undefined;
  onEdit?: (() => void) | undefined;
  onSettle?: (() => void) | undefined;
}

/** Where a turn stands in the page: the index of the conversation leads there. */
export const turnPlace = (id: string) => `turn-${id}`;

/** One prompt and all that follows from it. */
export const TurnView = memo<Props>(function TurnView({ turn, index, isNear = false, onTryAgain, onEdit, onSettle }) {
  const isRunning = turn.state === 'running';
  return (
    <article
      class={isRunning ? 'turn is-running' : 'turn'}
      id={turnPlace(turn.id)}
      tabIndex={-1}
      aria-label={strings.turn.label(index)}
      aria-busy={isRunning}
    >
      <Prompt text={turn.prompt} attachments={turn.attachments} />
      {turn.steps.map((step, at) => (
        <StepView
          key={step.step}
          step={step}
          isLive={isRunning && at === turn.steps.length - 1}
          isNear={isNear}
          thoughtMs={turn.receipt?.thinkingMs?.[String(step.step)] ?? null}
        />
      ))}
      {isRunning && <LazyRetryLine retry={turn.retry} />}
      {!isRunning && <TurnEnd turn={turn} onTryAgain={onTryAgain} onEdit={onEdit} onSettle={onSettle} />}
    </article>
  );
});
