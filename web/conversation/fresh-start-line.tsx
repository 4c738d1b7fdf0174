import { useApp } from '../app/app-context.ts';
import { startFresh, undoFreshStart } from '../app/start-fresh.ts';
import type { Turn } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';

const words = strings.turn;

/** Stands in place of the prompt where Claude was to summarise the conversation; takes the newest summary back. */
export function FreshStartLine({ turn: { id, state } }: { turn: Pick<Turn, 'id' | 'state'> }) {
  const app = useApp();
  const open = app.project.value;
  const freshStarts = open?.view.value.freshStarts ?? [];
  const newest = open?.view.value.turn?.id;
  const isInForce = freshStarts.includes(id);
  const isTakenBack = !isInForce && state === 'completed';
  const takeBack = () => {
    // The button goes away.
    document.getElementById(COMPOSER_ID)?.focus();
    void undoFreshStart(app, id);
  };
  return (
    <>
      <p class="prompt">{isInForce ? words.freshStarted : words.freshStart}</p>
      {state !== 'running' && state !== 'completed' && newest === id && (
        <button type="button" class="button" onClick={() => void startFresh(app)}>
          {strings.tryAgain}
        </button>
      )}
      {(isInForce || isTakenBack || state === 'running') && (
        <p class="quiet">
          {isInForce ? words.freshWhat : isTakenBack ? words.freshTakenBack : words.freshRunning}{' '}
          {freshStarts.at(-1) === id && (
            <button
              type="button"
              class="text-button"
              aria-label={words.freshUndoLabel}
              disabled={open?.running.value === true}
              onClick={takeBack}
            >
              {words.freshUndo}
            </button>
          )}
        </p>
      )}
    </>
  );
}
