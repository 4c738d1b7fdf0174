import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { AnsiLog } from '../ui/ansi-log.tsx';

const words = strings.container;
/** Interval at which a visible page fetches the log. Milliseconds. */
const pollMs = 2_000;

/** Latest output of the project's server, polled while the page is visible. */
export function ServerLog({ project, command }: { project: Project; command: string }) {
  const { api } = useApp();
  const log = useSignal<string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const fetchLog = async () => {
      const path = `/api/sessions/${project.id}/server`;
      const response = await api.json<{ log: string }>('GET', path).catch(() => null);
      if (isCurrent && response) log.value = response.log;
    };
    void fetchLog();
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void fetchLog();
    }, pollMs);
    return () => {
      isCurrent = false;
      clearInterval(timer);
    };
  }, [api, project]);
  if (log.value === null) return <p role="status">{words.logLoading}</p>;
  return <AnsiLog text={log.value || words.logEmpty} label={words.logOf(command)} />;
}
