import './container.css';
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useModule } from '../ui/use-module.ts';
import { ServerLog } from './server-log.tsx';

const words = strings.container;
const loadNetwork = () => import('./network-dialog.tsx');

/** How often it is asked whether a container that was awake still is, by a page that is looked at. Milliseconds. */
const askMs = 130_000;

/** Whether the container is awake; null where that is not known. A container that sleeps is not asked after again. */
function useAwake(project: Project, isUsed: boolean): boolean | null {
  const { api } = useApp();
  const asked = useSignal(0);
  const key = `${project.running.value} ${project.view.value.sandbox?.state} ${asked.value} ${isUsed}`;
  const found = useFetched(
    async () => (isUsed ? await api.json<{ awake: boolean }>('GET', `/api/sessions/${project.id}/sandbox`) : null),
    key,
  );
  const isAwake = found.state === 'there' ? (found.value?.awake ?? null) : null;
  useEffect(() => {
    if (!isAwake) return;
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') asked.value += 1;
    }, askMs);
    return () => clearInterval(timer);
  }, [isAwake]);
  return isAwake;
}

/** What the project's container is doing, in one line: with the log and the end of its server, and what it may reach. */
export function ContainerLine({ project }: { project: Project }) {
  const { api } = useApp();
  const { running, view, detail } = project;
  const told = view.value.sandbox;
  const known = detail.value?.sandbox;
  const server = told ? told.server : known?.server ? { ...known.server, state: 'running' as const } : null;
  const isUsed = told !== null || server !== null;
  const isAwake = useAwake(project, isUsed);
  const showsLog = useSignal(false);
  const showsNetwork = useSignal(false);
  const network = useModule(loadNetwork, showsNetwork.value);
  if (!isUsed) return null;
  const activity = project.activity.value;
  const isBusy = running.value && activity.kind === 'tool';
  const rising = told?.state === 'starting' || told?.state === 'installing' ? told.state : null;
  const isAsleep = !rising && !isBusy && isAwake === false;
  const state = words[rising ?? (isAsleep ? 'asleep' : isBusy ? 'busy' : 'awake')];
  const stop = () => api.done('DELETE', `/api/sessions/${project.id}/server`).then(() => project.refresh());
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
          <button type="button" class="text-button" onClick={() => void stop().catch(() => undefined)}>
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
        <network.module.NetworkDialog
          project={project}
          onClose={() => {
            showsNetwork.value = false;
          }}
        />
      )}
    </div>
  );
}
