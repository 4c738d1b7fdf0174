import { signal } from '@preact/signals';
import type { AccountDetail } from '../src/protocol/resources.ts';
import { navigate, route, sessionPath } from './router.ts';
import { createApi } from './state/api.ts';
import { type ApiError, toApiError } from './state/api-error.ts';
import type { Attachments } from './state/attachments.ts';
import { Project } from './state/project.ts';
import { ProjectList } from './state/project-list.ts';
import { Toasts } from './state/toasts.ts';
import type { ConnectWatch } from './state/watch.ts';
import { browserWorld } from './state/world.ts';
import { strings } from './strings.ts';

export const api = createApi({ base: '', fetch: (input, init) => fetch(input, init) });

export const account = signal<AccountDetail | null>(null);
export const projects = new ProjectList(api);
export const toasts = new Toasts();
/** The project that is open. */
export const project = signal<Project | null>(null);
/** True while the dialog about sign-in is to be seen. */
export const asksSignIn = signal(false);

/** The dialog that is open. */
export const openDialog = signal<'keys' | 'share' | null>(null);

/** Whether the account could not be read. */
export const accountFailed = signal(false);

let accountAsked: Promise<void> = Promise.resolve();

export function loadAccount(): Promise<void> {
  accountAsked = askAccount();
  return accountAsked;
}

async function askAccount(): Promise<void> {
  try {
    account.value = await api.account();
    accountFailed.value = false;
  } catch {
    // The page works without: counts and notes are missing.
    accountFailed.value = true;
  }
}

export async function loadProjects(): Promise<void> {
  // The first answer brings the visitor's cookie; a question beside it would bring a second one.
  await accountAsked;
  await projects.load();
}

/** A hidden page gets no frames: there it is shown so many milliseconds later. */
const HIDDEN_SHOW_MS = 250;

function schedule(show: () => void): void {
  const now = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    show();
  };
  const frame = requestAnimationFrame(now);
  const timer = setTimeout(now, HIDDEN_SHOW_MS);
}

function watchSocket(session: string): ConnectWatch {
  const url = new URL(`/api/sessions/${session}/watch?preview=1`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return (on) => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => on.message(data);
    socket.onclose = () => on.closed();
    return socket;
  };
}

function onRefused(error: ApiError): void {
  if (error.code === 'sign_in_required') asksSignIn.value = true;
}

function createProject(session: string | null): Project {
  return new Project(
    {
      api,
      world: browserWorld,
      watchSocket,
      schedule,
      onTrial: (trial) => {
        if (account.value) account.value = { ...account.value, trial };
      },
      onTurnFinished: () => void loadAccount(),
      onRefused,
      onElsewhere: (what) => toasts.show(strings.news[what === 'turn' ? 'elsewhereTurn' : 'elsewhereVersion']),
    },
    session,
  );
}

/**
 * Starts a project with its first prompt and goes to its address, without a reload.
 *
 * @throws ApiError where the turn was refused
 */
export async function startProject(prompt: string, attachments: Attachments): Promise<void> {
  // The first answer brings the visitor's cookie; a question beside it would bring a second one.
  await accountAsked;
  if (attachments.items.value.length > 0) return startWithFiles(prompt, attachments);
  const starting = createProject(null);
  try {
    const session = await starting.start(prompt);
    closeProject();
    project.value = starting;
    navigate(sessionPath(session));
  } catch (error) {
    starting.close();
    onRefused(error as ApiError);
    throw error;
  }
}

/** The files need a project to go up to before the prompt is sent; where it is refused, nothing of it is kept. */
async function startWithFiles(prompt: string, attachments: Attachments): Promise<void> {
  const { session } = await api.create();
  const starting = createProject(session);
  try {
    const paths = await attachments.upload({ url: (path) => api.fileUrl(session, path), has: () => false });
    starting.open();
    if (!(await starting.send(prompt, { attachments: paths }))) throw toApiError(starting.failure.value);
  } catch (error) {
    starting.close();
    attachments.forgetPlace();
    await api.remove(session).catch(() => undefined);
    throw error;
  }
  closeProject();
  project.value = starting;
  navigate(sessionPath(session));
}

function closeProject(): void {
  openDialog.value = null;
  project.value?.close();
  project.value = null;
}

/** Opens and closes projects as the address says. */
export function followRoute(): void {
  route.subscribe((now) => {
    if (now.page !== 'builder') closeProject();
    else if (project.peek()?.id !== now.session) {
      closeProject();
      const opened = createProject(now.session);
      project.value = opened;
      opened.open();
    }
    if (now.page === 'landing') void loadProjects();
  });
}
