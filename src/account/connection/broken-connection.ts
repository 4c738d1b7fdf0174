import { ProblemError } from '../../protocol/problems.ts';

/** What is stored of a connection that Claude does not take any more, by its reason. */
export const brokenSentences = {
  key_refused: 'Claude does not accept the key any more. Connect again to go on.',
  token_refused: 'Claude refuses this connection, also with a fresh token. Connect again to go on.',
  grant_ended: 'Claude has ended this connection. Connect again to go on.',
  answer_lost:
    'The answer to a renewal of this connection got lost, and Claude does not give it again. Connect again to go on.',
  expired: 'The connection to Claude has expired. Connect again to go on.',
  off: 'This site does not connect Claude accounts any more.',
} as const;
export type BrokenReason = keyof typeof brokenSentences;

/** The reason behind a stored sentence; null for one of another release. */
export function brokenReasonOf(sentence: string | null): BrokenReason | null {
  const found = Object.entries(brokenSentences).find(([, each]) => each === sentence);
  return found ? (found[0] as BrokenReason) : null;
}

/** The refusal for a broken connection, from the sentence that is stored of it. */
export function connectionBroken(sentence: string): ProblemError {
  const reason = brokenReasonOf(sentence);
  return new ProblemError('connection_broken', sentence, reason ? { reason } : {});
}
