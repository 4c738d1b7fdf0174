import { useSignal } from '@preact/signals';
import { useApp } from '../app/app-context.ts';
import type { ToolBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { AnsiLog } from '../ui/ansi-log.tsx';
import { trailingNotes } from './trailing-notes.ts';

const words = strings.container;

/** Output of a command, live and afterwards, with a stop button while it runs. */
export function CommandLog({ block, isLive }: { block: ToolBlock; isLive: boolean }) {
  const { api, project } = useApp();
  const isStopping = useSignal(false);
  const { detail, title } = block;
  const output = block.output.text;
  const text = output === '' ? (detail ?? '') : `${output.trimEnd()}\n${trailingNotes(detail ?? '')}`;
  const stop = async () => {
    isStopping.value = true;
    const path = `/api/sessions/${project.value?.id}/command/stop`;
    // Errors are ignored: the command may have ended meanwhile.
    await api.done('POST', path).catch(() => undefined);
  };
  return (
    <>
      {text.trim() !== '' && <AnsiLog text={text} label={words.logOf(title)} />}
      {isLive && block.state === 'started' && block.name === 'bash' && (
        <button type="button" class="text-button" disabled={isStopping.value} onClick={() => void stop()}>
          {words.stopCommand}
        </button>
      )}
    </>
  );
}
