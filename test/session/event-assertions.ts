import { expect } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import { reduceAll } from '../../web/project/reduce.ts';
import { filesOf } from '../../web/project/view.ts';

/** Fields of a receipt that differ between runs. */
const withoutTimes = { turn: '', durationMs: 0, firstTokenMs: 0, thinkingMs: {} };

/** The view after all events, without what differs between sessions: ids, sequence numbers, numbers of blocks, times, the preview's URL, the prompt's text. */
export function visibleState(events: readonly RedrawEvent[]): unknown {
  const whole = reduceAll(events);
  const { seq: _, session, ...view } = whole;
  const turns = [...view.earlier, ...(view.turn ? [view.turn] : [])];
  let json = JSON.stringify({
    ...view,
    earlier: [],
    turn: turns.map((turn) => ({ ...turn, id: '', receipt: turn.receipt && { ...turn.receipt, ...withoutTimes } })),
    files: [...filesOf(whole)].sort(),
    session: session && { ...session, session: '', previewUrl: '', trial: null },
  });
  for (const [index, { prompt }] of turns.entries())
    json = json.replaceAll(JSON.stringify(prompt), `"prompt ${index}"`);
  json = json.replace(/"(block|createdAt|now)":\d+/g, '"$1":0');
  return JSON.parse(json);
}

/** Asserts the invariants of every complete list of a session's events. @param first the expected first sequence number */
export function expectCompleteLog(all: readonly RedrawEvent[], first = 1): void {
  const events = all.filter(({ seq }) => seq !== null);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
  const started = events.filter((event) => event.type === 'turn_started').map(({ data }) => data.turn);
  const finished = events.filter((event) => event.type === 'turn_finished').map(({ data }) => data.turn);
  expect(finished).toEqual(started);
  expect(new Set(started).size).toBe(started.length);
  expect(events.at(-1)?.type).toBe('turn_finished');
}

/** The file changes in order, one per `file` event. */
export function fileChanges(events: readonly RedrawEvent[]): string[] {
  return events.filter((event) => event.type === 'file').map(({ data }) => `${data.change} ${data.path} ${data.hash}`);
}

/** Claude's texts and tool calls, and the results of the calls, in the transcript of a request. */
export function transcriptOf(rawBody: string): { texts: string[]; calls: string[]; results: string[] } {
  const { messages } = JSON.parse(rawBody) as { messages: { role: string; content: string | Part[] }[] };
  const parts = messages.flatMap(({ role, content }) =>
    typeof content === 'string' ? [{ type: 'text', text: content, role }] : content.map((part) => ({ ...part, role })),
  );
  return {
    texts: parts.flatMap(({ type, text, role }) => (type === 'text' && role === 'assistant' && text ? [text] : [])),
    calls: parts.flatMap(({ type, id }) => (type === 'tool_use' && id ? [id] : [])),
    results: parts.flatMap(({ type, tool_use_id }) => (type === 'tool_result' && tool_use_id ? [tool_use_id] : [])),
  };
}

interface Part {
  type: string;
  text?: string;
  id?: string;
  tool_use_id?: string;
}

/** Asserts that no text, call or result is twice in the transcript of any request. */
export function expectNothingTwice(rawBodies: readonly string[]): void {
  for (const rawBody of rawBodies) {
    for (const list of Object.values(transcriptOf(rawBody)) as string[][]) expect(new Set(list).size).toBe(list.length);
  }
}
