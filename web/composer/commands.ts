/** The slash commands of the prompt box. */
export const commandNames = ['undo', 'redo', 'stop', 'model', 'ask', 'build', 'fresh', 'export'] as const;
export type CommandName = (typeof commandNames)[number];

/** @returns the commands that start with the text after `/`; null if the text is no command */
export function commandsFor(text: string): CommandName[] | null {
  const typed = /^\/(\w*)$/.exec(text)?.[1];
  if (typed === undefined) return null;
  const found = commandNames.filter((name) => name.startsWith(typed.toLowerCase()));
  return found.length > 0 ? found : null;
}

export const COMMAND_LIST_ID = 'commands';
export const commandId = (name: CommandName): string => `command-${name}`;

export interface CommandEntry {
  name: CommandName;
  isPossible: boolean;
}
