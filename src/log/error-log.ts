import { redactedLine } from './redact.ts';

/** Characters of an error in the log, its stack included. */
const maxChars = 2_000;

/**
 * Writes an error of ours, or of something that we asked, to the log: one line of JSON, without secrets.
 *
 * @param error a sentence, or what was thrown
 * @param place ids of ours by which the lines of one matter are found
 */
export function logError(error: unknown, place: { turn?: string } = {}): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ error: redactedLine(text, maxChars), ...place }));
}
