/**
 * Ids and names of tool calls that the Messages API takes back in a transcript. A gateway, or another model behind it, may send others.
 *
 * Source: https://platform.claude.com/docs/en/api/messages, `tool_use.id` and `tool_use.name`.
 */

const idPattern = /^[a-zA-Z0-9_-]+$/;
const namePattern = /^[a-zA-Z0-9_-]{1,128}$/;

/** The beginning of a replaced name. No tool that is offered begins like this, so a replaced name is never run. */
const replacedPrefix = 'unknown_tool_';

/** Characters of the original that a replaced name keeps, so that Claude recognises its call. */
const keptNameChars = 60;

export const isToolUseId = (id: unknown): id is string => typeof id === 'string' && idPattern.test(id);

/** @returns the name itself where it is valid, else one that is, and that belongs to no tool */
export function validToolName(name: unknown): string {
  if (typeof name !== 'string') return `${replacedPrefix}without_name`;
  if (namePattern.test(name)) return name;
  return replacedPrefix + (name.slice(0, keptNameChars).replace(/[^a-zA-Z0-9_-]/g, '_') || 'without_name');
}

/** An id for a call whose own is invalid, or taken. */
export const newToolUseId = (): string => `toolu_${crypto.randomUUID().replaceAll('-', '')}`;
