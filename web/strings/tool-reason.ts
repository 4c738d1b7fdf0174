import { entry } from './formats/entry.ts';
import { type Fields, textOf } from './formats/server-words.ts';
import { strings } from './strings.ts';

/** Why a tool call failed, and how a command ended; empty where there is nothing to say. */
export function toolReason(fields: Fields): string {
  const reason = entry(strings.tools.failures, textOf(fields.reason));
  return typeof reason === 'function' ? reason(fields) : (reason ?? '');
}
