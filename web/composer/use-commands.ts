import { useSignal } from '@preact/signals';
import type { Api } from '../api/api.ts';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { filesOf } from '../project/view.ts';
import { COMMAND_LIST_ID, type CommandEntry, commandId } from './command-menu.tsx';
import { type CommandName, commandNames, commandsFor } from './commands.ts';
import type { PromptMenu } from './prompt-box.tsx';

function isPossible(project: Project, name: CommandName): boolean {
  const { detail, running, view } = project;
  switch (name) {
    case 'undo':
      return !running.value && detail.value?.canUndo === true;
    case 'redo':
      return !running.value && detail.value?.canRedo === true;
    case 'stop':
      return running.value;
    case 'export':
      return filesOf(view.value).size > 0;
    case 'model':
      return true;
  }
}

function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}

function run(project: Project, name: CommandName, pickModel: () => void, api: Pick<Api, 'exportUrl'>): void {
  if (name === 'undo') void project.undo();
  else if (name === 'redo') void project.redo();
  else if (name === 'stop') void project.stop();
  else if (name === 'export') download(api.exportUrl(project.id));
  else pickModel();
}

export interface Commands {
  /** Null while the list is closed. */
  menu: PromptMenu | null;
  entries: readonly CommandEntry[];
  active: number;
  point(index: number): void;
  take(entry: CommandEntry): void;
  /** Opens the list without a word typed, or closes it. */
  toggle(): void;
  onKey(event: KeyboardEvent): void;
}

/** The list of commands of a box: open while its text is `/` and the beginning of one, or when it was asked for. */
export function useCommands(project: Project, pickModel: () => void): Commands {
  const { api } = useApp();
  const { text } = project.outgoing;
  const isAsked = useSignal(false);
  const closedAt = useSignal<string | null>(null);
  /** Null: the first that is possible. */
  const pointed = useSignal<number | null>(null);
  const typed = commandsFor(text.value);
  const isOpen = isAsked.value || (typed !== null && closedAt.value !== text.value);
  const names = isAsked.value ? commandNames : (typed ?? []);
  const entries = names.map((name) => ({ name, isPossible: isPossible(project, name) }));
  const first = Math.max(
    0,
    entries.findIndex((entry) => entry.isPossible),
  );
  const active = Math.min(pointed.value ?? first, entries.length - 1);
  const current = entries[active];

  const close = () => {
    isAsked.value = false;
    closedAt.value = text.value;
    pointed.value = null;
  };
  const take = (entry: CommandEntry) => {
    if (!entry.isPossible) return;
    const wasTyped = !isAsked.value;
    close();
    if (wasTyped) text.value = '';
    run(project, entry.name, pickModel, api);
  };
  const onKey = (event: KeyboardEvent) => {
    if (!isOpen || !current) return;
    const { length } = entries;
    if (event.key === 'ArrowDown') pointed.value = (active + 1) % length;
    else if (event.key === 'ArrowUp') pointed.value = (active + length - 1) % length;
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') take(current);
    else {
      isAsked.value = false;
      return;
    }
    event.preventDefault();
  };
  return {
    menu: isOpen && current ? { list: COMMAND_LIST_ID, active: commandId(current.name) } : null,
    entries,
    active,
    point: (index) => {
      pointed.value = index;
    },
    take,
    toggle: () => {
      if (isOpen) return close();
      pointed.value = null;
      isAsked.value = true;
    },
    onKey,
  };
}
