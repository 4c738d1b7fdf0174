import { type Signal, signal } from '@preact/signals';
import type { Api } from '../api/api.ts';
import { toApiError } from '../api/api-error.ts';
import type { Attachments } from '../attach/attachments.ts';
import { Project } from '../project/project.ts';
import { browserTiming } from '../project/retry-timing.ts';
import { navigate, route, sessionPath } from '../router/routes.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import type { Toasts } from '../ui/toasts.ts';
import type { AccountStore } from './account-store.ts';
import { openWatchSocket } from './open-watch-socket.ts';
import type { DialogName, Refusals } from './refusals.ts';
import { scheduleFrame } from './schedule-frame.ts';

export interface OpenProjectDeps
  extends Pick<AccountStore, 'accountSettled' | 'setTrial' | 'setRateLimit' | 'turnFinished'>,
    Refusals {
  api: Api;
  toasts: Toasts;
  openDialog: Signal<DialogName | null>;
  loadProjects(): Promise<void>;
}

export interface OpenProject {
  /** The project that is open, or null. */
  readonly project: Signal<Project | null>;
  /**
   * Starts a project with its first prompt and goes to its address, without a reload.
   *
   * @param again sends it once more where it was refused
   * @throws ApiError where the turn was refused
   */
  startProject(prompt: string, attachments: Attachments, again: () => void): Promise<void>;
  /** Opens and closes projects as the address says. Called once. */
  followRoute(): void;
}

export function createOpenProject(deps: OpenProjectDeps): OpenProject {
  const { api, toasts, openDialog, refused, askToSettle } = deps;
  const project = signal<Project | null>(null);

  const createProject = (session: string | null): Project =>
    new Project(
      {
        api,
        timing: browserTiming,
        watchSocket: openWatchSocket,
        schedule: scheduleFrame,
        onTrial: deps.setTrial,
        onRateLimit: deps.setRateLimit,
        onTurnFinished: deps.turnFinished,
        onRefused: askToSettle,
        onElsewhere: (what) =>
          void loadLateWords().then(() =>
            toasts.show(strings.news[what === 'turn' ? 'elsewhereTurn' : 'elsewhereVersion']),
          ),
      },
      session,
    );

  const closeProject = (): void => {
    openDialog.value = null;
    refused.value = null;
    project.value?.close();
    project.value = null;
  };

  const show = (started: Project, session: string): void => {
    closeProject();
    project.value = started;
    navigate(sessionPath(session));
  };

  const startProject: OpenProject['startProject'] = async (prompt, attachments, again) => {
    // The first answer brings the visitor's cookie; a concurrent request would bring a second one.
    await deps.accountSettled();
    if (attachments.items.value.length > 0) return startWithFiles(prompt, attachments, again);
    const starting = createProject(null);
    try {
      const session = await starting.start(prompt);
      show(starting, session);
    } catch (error) {
      starting.close();
      askToSettle(toApiError(error), again);
      throw error;
    }
  };

  /** Files are uploaded into an existing project, before the prompt: where it is refused, the project is deleted. */
  const startWithFiles: OpenProject['startProject'] = async (prompt, attachments, again) => {
    const { session } = await api.create();
    const starting = createProject(session);
    try {
      const paths = await attachments.upload({ url: (path) => api.fileUrl(session, path), has: () => false });
      starting.open();
      if (!(await starting.send(prompt, { attachments: paths }, again))) throw toApiError(starting.failure.value);
    } catch (error) {
      starting.close();
      attachments.forgetUploads();
      await api.remove(session).catch(() => undefined);
      throw error;
    }
    show(starting, session);
  };

  const followRoute = (): void => {
    route.subscribe((now) => {
      if (now.page !== 'builder') closeProject();
      else if (project.peek()?.id !== now.session) {
        closeProject();
        const opened = createProject(now.session);
        project.value = opened;
        opened.open();
      }
      if (now.page === 'landing') void deps.loadProjects();
    });
  };

  return { project, startProject, followRoute };
}
