import type { ChatRequest } from '../../src/protocol/requests.ts';
import { toApiError } from '../api/api-error.ts';
import type { App } from './app-context.ts';

type FreshStartDeps = Pick<App, 'api' | 'project' | 'askToSettle'>;

export const freshStartPath = (session: string): string => `/api/sessions/${encodeURIComponent(session)}/fresh-start`;

/**
 * Has Claude summarise the conversation of the open project, in a turn of its own; from then on it goes on from the summary. A refusal is
 * shown at the prompt box, and asked to be settled.
 */
export async function startFresh(app: FreshStartDeps, options: Pick<ChatRequest, 'force'> = {}): Promise<void> {
  const { api, project, askToSettle } = app;
  const open = project.peek();
  if (!open) return;
  open.failure.value = null;
  try {
    await api.json<{ turn: string }>('POST', freshStartPath(open.id), options.force ? { force: true } : {});
    open.catchUp();
  } catch (error) {
    const problem = toApiError(error);
    open.failure.value = problem;
    askToSettle(problem, () => void startFresh(app));
  }
}

/** Has Claude go on from the whole conversation again. @param turn the turn that wrote the newest summary */
export async function undoFreshStart({ api, project }: FreshStartDeps, turn: string): Promise<void> {
  const open = project.peek();
  if (!open) return;
  open.failure.value = null;
  try {
    await api.done('DELETE', `${freshStartPath(open.id)}?turn=${turn}`);
    open.catchUp();
  } catch (error) {
    open.failure.value = toApiError(error);
  }
}
