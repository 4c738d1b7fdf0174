import { useEffect } from 'preact/hooks';
import type { App } from '../app/app-context.ts';
import { startFresh } from '../app/start-fresh.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import type { CommandEntry, CommandName } from './commands.ts';

const words = strings.composer.commands;

interface Props {
  listId: string;
  /** The id of an option's element. */
  idOf(name: CommandEntry['name']): string;
  entries: readonly CommandEntry[];
  active: number;
  onHover(index: number): void;
  onRun(entry: CommandEntry): void;
}

/** The slash commands, as a listbox. The focus stays in the text field, whose arrow keys move the active option. */
export function CommandMenu({ listId, idOf, entries, active, onHover, onRun }: Props) {
  const activeName = entries[active]?.name;
  // The list is higher than its place on a small screen.
  useEffect(() => {
    const option = activeName && document.getElementById(idOf(activeName));
    if (option && !option.matches(':hover')) option.scrollIntoView({ block: 'nearest' });
  }, [activeName, idOf]);
  return (
    <div class="commands" id={listId} role="listbox" aria-label={words.label} tabIndex={0}>
      {entries.map((entry, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the text field holds the focus, and names the active option.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field.
        <div
          key={entry.name}
          id={idOf(entry.name)}
          class="command"
          role="option"
          aria-selected={index === active}
          aria-disabled={!entry.isPossible}
          // Keeps the focus in the text field.
          onPointerDown={(event) => event.preventDefault()}
          onPointerMove={() => onHover(index)}
          onClick={() => onRun(entry)}
        >
          <span class="command-name">/{entry.name}</span>
          <span class="command-what">{words[entry.name]}</span>
          {!entry.isPossible && <span class="quiet">{words.notNow}</span>}
        </div>
      ))}
    </div>
  );
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** Does what a command of the prompt box says. */
export function runCommand(
  app: Pick<App, 'api' | 'askToSettle' | 'project'>,
  project: Project,
  name: CommandName,
  openModelPicker: () => void,
): void {
  if (name === 'undo') void project.undo();
  else if (name === 'redo') void project.redo();
  else if (name === 'stop') void project.stop();
  else if (name === 'export') download(app.api.exportUrl(project.id));
  else if (name === 'fresh') void startFresh(app);
  else if (name === 'model') openModelPicker();
  else project.outgoing.mode.value = name;
}
