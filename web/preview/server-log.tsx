import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { AnsiLog } from '../ui/ansi-log.tsx';

const words = strings.container;
const askMs = 2_000;

/** What the project's server has printed last, as long as somebody looks at it. */
export function ServerLog({ project, command }: { project: Project; command: string }) {
  const { api } = useApp();
  const log = useSignal<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const ask = async () => {
      const path = `/api/sessions/${project.id}/server`;
      const answer = await api.json<{ log: string }>('GET', path).catch(() => null);
      if (isCurrent && answer) log.value = answer.log;
    };
    void ask();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void ask();
    }, askMs);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [api, project]);
  if (log.value === null) return <p role="status">{words.logLoading}</p>;
  return <AnsiLog text={log.value || words.logEmpty} label={words.logOf(command)} />;
}
