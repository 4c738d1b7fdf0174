import type { Signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from '../api/api.ts';
import type { ProjectList } from '../project/project-list.ts';
import type { Toasts } from '../ui/toasts.ts';
import type { AccountStore } from './account-store.ts';
import type { NextChat } from './next-chat-fields.ts';
import type { OpenProject } from './open-project.ts';
import type { DialogName, Refusals } from './refusals.ts';

/** What the rooms of the page share: one object, made by the entry. Components get it from the context, modules as an argument. */
export interface App
  extends Pick<AccountStore, 'account' | 'accountFailed' | 'loadAccount'>,
    Pick<NextChat, 'addToNextChat'>,
    Refusals,
    OpenProject {
  readonly api: Api;
  readonly toasts: Toasts;
  readonly projects: ProjectList;
  loadProjects(): Promise<void>;
  /** The dialog that is open, or null. */
  readonly openDialog: Signal<DialogName | null>;
}

export const AppContext = createContext<App | null>(null);

/** @throws Error outside of the entry's provider */
export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no app in the context');
  return app;
}
