/** What `/` at the beginning of a prompt can do. */
export const commandNames = ['undo', 'redo', 'stop', 'model', 'export'] as const;
export type CommandName = (typeof commandNames)[number];

/** The commands that begin with what was typed after `/`; null where the text is no command. */
export function commandsFor(text: string): CommandName[] | null {
  const typed = /^\/(\w*)$/.exec(text)?.[1];
  if (typed === undefined) return null;
  const found = commandNames.filter((name) => name.startsWith(typed.toLowerCase()));
  return found.length > 0 ? found : null;
}
