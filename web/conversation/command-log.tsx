import { useSignal } from '@preact/signals';
import { useApp } from '../app/app-context.ts';
import type { ToolBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { AnsiLog } from '../ui/ansi-log.tsx';

const words = strings.container;

/** How a command ended, and what came of it: the lines in brackets at the end of what Claude was told. */
function ending(detail: string): string {
  return /(?:^|\n)((?:\[[^\n]*\]\n?)+)$/.exec(detail)?.[1] ?? '';
}

/** What a command printed, while it runs and after, and what stops it. */
export function CommandLog({ block, isLive }: { block: ToolBlock; isLive: boolean }) {
  const { api, project } = useApp();
  const stops = useSignal(false);
  const { output, detail, title } = block;
  const text = output === '' ? (detail ?? '') : `${output.trimEnd()}\n${ending(detail ?? '')}`;
  const stop = async () => {
    stops.value = true;
    const path = `/api/sessions/${project.value?.id}/command/stop`;
    // One that has ended meanwhile needs no stopping.
    await api.done('POST', path).catch(() => undefined);
  };
  return (
    <>
      {text.trim() !== '' && <AnsiLog text={text} label={words.logOf(title)} />}
      {isLive && block.state === 'started' && block.name === 'bash' && (
        <button type="button" class="text-button" disabled={stops.value} onClick={() => void stop()}>
          {words.stopCommand}
        </button>
      )}
    </>
  );
}
