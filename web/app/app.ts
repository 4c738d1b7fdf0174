import { signal } from '@preact/signals';
import type { EventData } from '../../src/protocol/events.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { AccountDetail } from '../../src/protocol/resources.ts';
import { type Api, createApi } from '../api/api.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import type { Attachments } from '../attach/attachments.ts';
import { browserWorld } from '../project/browser-world.ts';
import { Project } from '../project/project.ts';
import { ProjectList } from '../project/project-list.ts';
import type { ConnectWatch } from '../project/watch-socket.ts';
import { navigate, route, sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { Toasts } from '../ui/toasts.ts';

const calls = createApi({ base: '', fetch: (input, init) => fetch(input, init) });

type Along = Pick<ChatRequest, 'force' | 'turnstile'>;

let along: Along = {};

/** Has something go with the next prompt, once: what shows that a person is there, "try anyway". */
export function sendAlong(more: Along): void {
  along = { ...along, ...more };
}

export const api: Api = {
  ...calls,
  chat: (body, signal) => {
    const more = along;
    along = {};
    return calls.chat({ ...body, ...more }, signal);
  },
};

export const account = signal<AccountDetail | null>(null);
export const projects = new ProjectList(api);
export const toasts = new Toasts();
/** The project that is open. */
export const project = signal<Project | null>(null);

/** The dialog that is open. */
export const openDialog = signal<'keys' | 'share' | 'payer' | null>(null);

/** A prompt that was refused for a reason that its author can settle, and what sends it again. */
export interface Refused {
  error: ApiError;
  again(): void;
}

export const refused = signal<Refused | null>(null);

/** Whether the account could not be read. */
export const accountFailed = signal(false);

let accountAsked: Promise<void> = Promise.resolve();

export function loadAccount(): Promise<void> {
  accountAsked = askAccount();
  return accountAsked;
}

/** Milliseconds until the account is asked for again, where it could not be read. */
const ASK_AGAIN_MS = 5000;

/** Milliseconds after the end of a turn within which the account learns what the turn has heard. */
const HEARD_MS = 10_000;

/** What Claude has said of a connection's limits to a turn of this page, and until when the account may not know it. */
let heard: { rateLimit: EventData<'rate_limit'>; since: number; until: number } | null = null;

function hearRateLimit(rateLimit: EventData<'rate_limit'>, payer: string): void {
  const me = account.value;
  // What is said of the operator's key is not said of the visitor.
  if (!me || (payer !== 'connection' && !me.demo)) return;
  if (me.connection) {
    heard = { rateLimit, since: me.connection.since, until: Date.now() + limits.turnMs };
    account.value = { ...me, rateLimit };
  }
  if (rateLimit.surpassedThreshold !== null) {
    const { announced } = me;
    void import('../limits/announce-threshold.ts').then((it) => it.announceThreshold(rateLimit, announced));
  }
}

function withHeard(told: AccountDetail): AccountDetail {
  const isNewer = heard && heard.until > Date.now() && heard.since === told.connection?.since;
  return isNewer && heard ? { ...told, rateLimit: heard.rateLimit } : told;
}

async function askAccount(): Promise<void> {
  try {
    account.value = withHeard(await api.account());
    accountFailed.value = false;
  } catch {
    // The page works without: counts and notes are missing until it is asked again.
    accountFailed.value = true;
    setTimeout(loadAccount, ASK_AGAIN_MS);
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

/** Whether a refusal can be settled on this page: by signing in, by a connection to Claude, by a check. */
export const canSettle = (code: string): boolean =>
  /^(sign_in|subscription|challenge)_required$|^hosted_budget_spent$|^connection_broken$/.test(code);

/** Where a refusal can be settled, asks how; then `again` sends the prompt once more. */
export function askToSettle(error: ApiError, again: () => void): void {
  const isLimit = error.code === 'credit_exhausted';
  if (!isLimit && !canSettle(error.code)) return;
  refused.value = { error, again };
  if (isLimit) void loadAccount();
  else openDialog.value = 'payer';
}

function createProject(session: string | null): Project {
  return new Project(
    {
      api,
      world: browserWorld,
      watchSocket,
      schedule,
      onTrial: (trial) => {
        if (account.value && trial) account.value = { ...account.value, trial };
      },
      onRateLimit: hearRateLimit,
      onTurnFinished: () => {
        if (heard) heard.until = Math.min(heard.until, Date.now() + HEARD_MS);
        void loadAccount();
      },
      onRefused: askToSettle,
      onElsewhere: (what) => toasts.show(strings.news[what === 'turn' ? 'elsewhereTurn' : 'elsewhereVersion']),
    },
    session,
  );
}

/**
 * Starts a project with its first prompt and goes to its address, without a reload.
 *
 * @param again what sends it once more where it was refused
 * @throws ApiError where the turn was refused
 */
export async function startProject(prompt: string, attachments: Attachments, again: () => void): Promise<void> {
  // The first answer brings the visitor's cookie; a question beside it would bring a second one.
  await accountAsked;
  if (attachments.items.value.length > 0) return startWithFiles(prompt, attachments, again);
  const starting = createProject(null);
  try {
    const session = await starting.start(prompt);
    closeProject();
    project.value = starting;
    navigate(sessionPath(session));
  } catch (error) {
    starting.close();
    askToSettle(toApiError(error), again);
    throw error;
  }
}

/** The files need a project to go up to before the prompt is sent; where it is refused, nothing of it is kept. */
async function startWithFiles(prompt: string, attachments: Attachments, again: () => void): Promise<void> {
  const { session } = await api.create();
  const starting = createProject(session);
  try {
    const paths = await attachments.upload({ url: (path) => api.fileUrl(session, path), has: () => false });
    starting.open();
    if (!(await starting.send(prompt, { attachments: paths }, again))) throw toApiError(starting.failure.value);
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
  refused.value = null;
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
