import { signal } from '@preact/signals';
import { createApi } from '../api/api.ts';
import { onClockDrift } from '../api/server-clock.ts';
import { createAccountStore } from '../app/account-store.ts';
import type { App } from '../app/app-context.ts';
import { createNextChat } from '../app/next-chat-fields.ts';
import { createOpenProject } from '../app/open-project.ts';
import { createRefusals, type DialogName } from '../app/refusals.ts';
import { ProjectList } from '../project/project-list.ts';
import { Toasts } from '../ui/toasts.ts';

/** The page's one {@link App}. */
export function createApp(): App {
  const { api, addToNextChat } = createNextChat(createApi({ base: '', fetch: (input, init) => fetch(input, init) }));
  const toasts = new Toasts();
  const projects = new ProjectList(api);
  const openDialog = signal<DialogName | null>(null);
  const accountStore = createAccountStore({
    api,
    announceThreshold: (rateLimit, announced) =>
      void import('../limits/announce-threshold.ts').then((it) => it.announceThreshold(rateLimit, announced, toasts)),
  });
  const { account, accountFailed, loadAccount, accountSettled } = accountStore;
  onClockDrift(() => void loadAccount());
  const loadProjects = async (): Promise<void> => {
    // The first answer brings the visitor's cookie; a concurrent request would bring a second one.
    await accountSettled();
    await projects.load();
  };
  const refusals = createRefusals({ openDialog, loadAccount });
  const openProject = createOpenProject({ ...accountStore, ...refusals, api, toasts, openDialog, loadProjects });
  return {
    api,
    addToNextChat,
    toasts,
    projects,
    loadProjects,
    openDialog,
    account,
    accountFailed,
    loadAccount,
    ...refusals,
    ...openProject,
  };
}
