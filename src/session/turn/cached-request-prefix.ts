import { systemPrompt } from '../../agent/system-prompt.ts';
import { shelf } from '../../preview/library-shelf.ts';
import type { TurnContext } from './turn-context.ts';

/** The same bytes for every session of a deployment, so that Claude's prompt cache is shared. */
const systemPrompts = { withShell: systemPrompt(shelf, true), filesOnly: systemPrompt(shelf) };

/** How every request of a session to Claude begins: the system prompt, and whether the shell's tools are offered. */
export function cachedRequestPrefix({ sandbox }: Pick<TurnContext, 'sandbox'>): { system: string; shell: boolean } {
  const shell = sandbox.sandbox.capabilities.commands;
  return { system: shell ? systemPrompts.withShell : systemPrompts.filesOnly, shell };
}
