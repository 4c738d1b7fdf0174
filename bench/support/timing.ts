import type { SeenTurn } from './client.ts';
import { tokenChars } from './sample.ts';
import type { PlannedTurn } from './stand.ts';

/** The SSE events of a reply that come before its first token: `message_start`, `ping`, `content_block_start`. */
const eventsBefore = 3;

/** Milliseconds from the prompt to the first request at Claude. */
export function toUpstream(seen: SeenTurn, { requests }: PlannedTurn): number {
  return (requests[0]?.arrivedAt ?? Number.NaN) - seen.postedAt;
}

/** Milliseconds from the prompt to the first token at the client. */
export function toFirstToken(seen: SeenTurn): number {
  return (seen.text[0]?.at ?? Number.NaN) - seen.postedAt;
}

/** Milliseconds from Claude's writing of each token to its arrival, for a turn with one text only. */
export function tokenDelays(seen: SeenTurn, { requests }: PlannedTurn): number[] {
  const sentAt = requests[0]?.sentAt ?? [];
  const delays: number[] = [];
  let token = 0;
  for (const { chars, at } of seen.text) {
    for (; (token + 1) * tokenChars <= chars; token++) {
      const sent = sentAt[eventsBefore + token];
      if (sent !== undefined) delays.push(at - sent);
    }
  }
  return delays;
}
