import './container-status.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useModule } from '../ui/use-module.ts';
import { ServerLog } from './server-log.tsx';

const words = strings.container;
const loadNetwork = () => import('./allowed-hosts-dialog.tsx');

/** Interval at which a visible page checks whether an awake container still is. Milliseconds. */
const pollMs = 130_000;

/** Whether the container is awake; null if unknown. A sleeping container is not polled. */
function useAwake(project: Project, isUsed: boolean): boolean | null {
  const { api } = useApp();
  const pollCount = useSignal(0);
  const key = `${project.running.value} ${project.view.value.sandbox?.state} ${pollCount.value} ${isUsed}`;
  const fetched = useFetched(
    async () => (isUsed ? await api.json<{ awake: boolean }>('GET', `/api/sessions/${project.id}/sandbox`) : null),
    key,
  );
  const isAwake = fetched.state === 'there' ? (fetched.value?.awake ?? null) : null;
  useEffect(() => {
    if (!isAwake) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') pollCount.value += 1;
    }, pollMs);
    return () => clearInterval(timer);
  }, [isAwake]);
  return isAwake;
}

/** State of the project's container in one line, with its server's log and stop button, and the network settings. */
export function ContainerStatus({ project }: { project: Project }) {
  const { api } = useApp();
  const { running, view, detail } = project;
  const fromEvents = view.value.sandbox;
  const fromDetail = detail.value?.sandbox;
  const server = fromEvents
    ? fromEvents.server
    : fromDetail?.server
      ? { ...fromDetail.server, state: 'running' as const }
      : null;
  const isUsed = fromEvents !== null || server !== null;
  const isAwake = useAwake(project, isUsed);
  const showsLog = useSignal(false);
  const showsNetwork = useSignal(false);
  const network = useModule(loadNetwork, showsNetwork.value);
  if (!isUsed) return null;
  const activity = project.activity.value;
  const isBusy = running.value && activity.kind === 'tool';
  const startingState =
    fromEvents?.state === 'starting' || fromEvents?.state === 'installing' ? fromEvents.state : null;
  const isAsleep = !startingState && !isBusy && isAwake === false;
  const state = words[startingState ?? (isAsleep ? 'asleep' : isBusy ? 'busy' : 'awake')];
  const stopServer = () => api.done('DELETE', `/api/sessions/${project.id}/server`).then(() => project.catchUp());
  return (
    <div class="container-line">
      <p role="status">
        {state}
        {server &&
          !isAsleep &&
          `. ${words.server(server.command, String(server.port))} ${words.serverState[server.state]}`}
      </p>
      {server && (
        <>
          {!isAsleep && (
            <button
              type="button"
              class="text-button"
              aria-expanded={showsLog.value}
              onClick={() => {
                showsLog.value = !showsLog.value;
              }}
            >
              {words.log}
            </button>
          )}
          <button type="button" class="text-button" onClick={() => void stopServer().catch(() => undefined)}>
            {words.stopServer}
          </button>
        </>
      )}
      <button
        type="button"
        class="text-button"
        onClick={() => {
          showsNetwork.value = true;
        }}
      >
        {words.network}
      </button>
      {server && showsLog.value && !isAsleep && <ServerLog project={project} command={server.command} />}
      {showsNetwork.value && network.state === 'there' && (
        <network.module.AllowedHostsDialog
          project={project}
          onClose={() => {
            showsNetwork.value = false;
          }}
        />
      )}
    </div>
  );
}
