import type { App } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import type { CommandName } from './commands.ts';

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}

/** Does what a command of the prompt box says. */
export function runCommand(
  { api }: Pick<App, 'api'>,
  project: Project,
  name: CommandName,
  openModelPicker: () => void,
): void {
  if (name === 'undo') void project.undo();
  else if (name === 'redo') void project.redo();
  else if (name === 'stop') void project.stop();
  else if (name === 'export') download(api.exportUrl(project.id));
  else if (name === 'model') openModelPicker();
  else project.outgoing.mode.value = name;
}
