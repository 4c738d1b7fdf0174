import { useSignal } from '@preact/signals';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { filesOf } from '../project/view.ts';
import {
  COMMAND_LIST_ID,
  type CommandEntry,
  type CommandName,
  commandId,
  commandNames,
  commandsFor,
} from './commands.ts';
import type { PromptMenu } from './prompt-box.tsx';

/** The list, and what its entries do. */
export const loadMenu = () => import('./command-menu.tsx');

function isPossible(project: Project, name: CommandName): boolean {
  const { running, view } = project;
  switch (name) {
    case 'undo':
      return project.canUndo.value;
    case 'redo':
      return project.canRedo.value;
    case 'stop':
      return running.value;
    case 'export':
      return filesOf(view.value).size > 0;
    case 'ask':
    case 'build':
      return view.value.turn !== null && name !== project.outgoing.mode.value;
    case 'fresh':
      return view.value.turn !== null && !running.value;
    case 'model':
      return true;
  }
}

export interface Commands {
  /** Null while the list is closed. */
  menu: PromptMenu | null;
  entries: readonly CommandEntry[];
  active: number;
  highlight(index: number): void;
  run(entry: CommandEntry): void;
  /** Opens the full list without typed text, or closes it. */
  toggle(): void;
  onKey(event: KeyboardEvent): void;
}

/** The command menu of a prompt box: open while the text is `/` and a prefix of a command, or after {@link Commands.toggle}. */
export function useCommands(project: Project, openModelPicker: () => void): Commands {
  const app = useApp();
  const { text } = project.outgoing;
  const isOpened = useSignal(false);
  const closedText = useSignal<string | null>(null);
  /** Index of the highlighted entry; null: the first possible one. */
  const highlighted = useSignal<number | null>(null);
  const typed = commandsFor(text.value);
  const isOpen = isOpened.value || (typed !== null && closedText.value !== text.value);
  const names = isOpened.value ? commandNames : (typed ?? []);
  const entries = names.map((name) => ({ name, isPossible: isPossible(project, name) }));
  const firstPossible = Math.max(
    0,
    entries.findIndex((entry) => entry.isPossible),
  );
  const active = Math.min(highlighted.value ?? firstPossible, entries.length - 1);
  const current = entries[active];

  const close = () => {
    isOpened.value = false;
    closedText.value = text.value;
    highlighted.value = null;
  };
  const run = (entry: CommandEntry) => {
    if (!entry.isPossible) return;
    const wasTyped = !isOpened.value;
    close();
    if (wasTyped) {
      text.value = '';
      closedText.value = null;
    }
    void loadMenu().then(({ runCommand }) => runCommand(app, project, entry.name, openModelPicker));
  };
  const onKey = (event: KeyboardEvent) => {
    if (!isOpen || !current) return;
    const { length } = entries;
    if (event.key === 'ArrowDown') highlighted.value = (active + 1) % length;
    else if (event.key === 'ArrowUp') highlighted.value = (active + length - 1) % length;
    else if (event.key === 'Escape') close();
    else if ((event.key === 'Enter' && !event.shiftKey) || event.key === 'Tab') run(current);
    else {
      isOpened.value = false;
      return;
    }
    event.preventDefault();
  };
  return {
    menu: isOpen && current ? { listId: COMMAND_LIST_ID, activeId: commandId(current.name) } : null,
    entries,
    active,
    highlight: (index) => {
      highlighted.value = index;
    },
    run,
    toggle: () => {
      if (isOpen) return close();
      highlighted.value = null;
      isOpened.value = true;
    },
    onKey,
  };
}
