import { LazyApiRetryLine } from '../limits/lazy-limits.tsx';
import type { Step, Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { memo } from '../ui/memo.tsx';
import { useModule } from '../ui/use-module.ts';
import { BlockView } from './block-view.tsx';
import { TurnEnd } from './turn-end.tsx';

const fileName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

interface PromptProps {
  text: string;
  isQuestion: boolean;
  attachments?: readonly string[];
}

export function Prompt({ text, isQuestion, attachments = [] }: PromptProps) {
  return (
    <>
      <p class="prompt">
        {isQuestion ? (
          <span class="quiet">{strings.turn.question}: </span>
        ) : (
          <span class="visually-hidden">{strings.turn.you}: </span>
        )}
        {text}
      </p>
      {attachments.length > 0 && <p class="quiet">{strings.turn.attached(attachments.map(fileName))}</p>}
    </>
  );
}

const loadFreshStart = () => import('./fresh-start-line.tsx');

function LazyFreshStartLine({ turn }: { turn: Turn }) {
  const line = useModule(loadFreshStart, true);
  return line.state === 'there' ? <line.module.FreshStartLine turn={turn} /> : null;
}

interface StepProps {
  step: Step;
  isLive: boolean;
  isInNewestTurn: boolean;
  /** Thinking time of the step in milliseconds; null if unknown. */
  thinkingMs: number | null;
}

const StepView = memo<StepProps>(function StepView({ step, isLive, isInNewestTurn, thinkingMs }) {
  const firstThinking = step.blocks.findIndex(({ kind }) => kind === 'thinking');
  return (
    <>
      {step.blocks.map((block, index) => (
        <BlockView
          key={block.kind === 'tool' ? block.id : index}
          block={block}
          isLive={isLive}
          isNewestBlock={isLive && index === step.blocks.length - 1}
          isInNewestTurn={isInNewestTurn}
          thinkingMs={index === firstThinking ? thinkingMs : null}
        />
      ))}
    </>
  );
});

interface Props {
  turn: Turn;
  /** Position in the conversation, from 1. */
  index: number;
  isNewestTurn?: boolean;
  onTryAgain?: (() => void) | undefined;
  onEdit?: (() => void) | undefined;
  onResolve?: (() => void) | undefined;
}

/** Id of a turn's element, for the turn index. */
export const turnElementId = (id: string) => `turn-${id}`;

/** A prompt, and the steps and outcome of its turn. */
export const TurnView = memo<Props>(function TurnView({
  turn,
  index,
  isNewestTurn = false,
  onTryAgain,
  onEdit,
  onResolve,
}) {
  const isRunning = turn.state === 'running';
  return (
    <article
      class={isRunning ? 'turn is-running' : 'turn'}
      id={turnElementId(turn.id)}
      tabIndex={-1}
      aria-label={strings.turn.label(index)}
      aria-busy={isRunning}
    >
      {turn.mode === 'fresh_start' ? (
        <LazyFreshStartLine turn={turn} />
      ) : (
        <Prompt text={turn.prompt} isQuestion={turn.mode === 'ask'} attachments={turn.attachments} />
      )}
      {turn.steps.map((step, stepIndex) => (
        <StepView
          key={step.step}
          step={step}
          isLive={isRunning && stepIndex === turn.steps.length - 1}
          isInNewestTurn={isNewestTurn}
          thinkingMs={turn.receipt?.thinkingMs?.[String(step.step)] ?? null}
        />
      ))}
      {isRunning && <LazyApiRetryLine retry={turn.retry} />}
      {!isRunning && (
        <TurnEnd
          turn={turn}
          isNewestTurn={isNewestTurn}
          onTryAgain={onTryAgain}
          onEdit={onEdit}
          onResolve={onResolve}
        />
      )}
    </article>
  );
});
