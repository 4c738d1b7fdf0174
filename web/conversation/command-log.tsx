import { useSignal } from '@preact/signals';
import { useApp } from '../app/app-context.ts';
import type { ToolBlock } from '../project/view.ts';
import { isTranslated, toolTitle } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';
import { AnsiLog } from '../ui/ansi-log.tsx';
import { endingOf, printedBy } from './command-words.ts';
import { trailingNotes } from './trailing-notes.ts';

const words = strings.container;

/** The output as the server tells it, with its notes on how the command ended. */
function toldOf({ detail, output }: ToolBlock): string {
  return output.text === '' ? (detail ?? '') : `${output.text.trimEnd()}\n${trailingNotes(detail ?? '')}`;
}

/** Output of a command, live and afterwards, with a stop button while it runs. */
export function CommandLog({ block, isLive }: { block: ToolBlock; isLive: boolean }) {
  const { api, project } = useApp();
  const isStopping = useSignal(false);
  // Events of old projects have no fields to make words from.
  const hasOwnWords = isTranslated() && block.verb !== undefined;
  const text = hasOwnWords ? printedBy(block) : toldOf(block);
  const ending = hasOwnWords ? endingOf(block) : '';
  const stop = async () => {
    isStopping.value = true;
    const path = `/api/sessions/${project.value?.id}/command/stop`;
    // Errors are ignored: the command may have ended meanwhile.
    await api.done('POST', path).catch(() => undefined);
  };
  return (
    <>
      {text.trim() !== '' && <AnsiLog text={text} label={words.logOf(toolTitle(block))} />}
      {ending !== '' && <p class="quiet">{ending}</p>}
      {isLive && block.state === 'started' && block.name === 'bash' && (
        <button type="button" class="text-button" disabled={isStopping.value} onClick={() => void stop()}>
          {words.stopCommand}
        </button>
      )}
    </>
  );
}
