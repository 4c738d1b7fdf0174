import { expect } from 'vitest';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import { reduceAll } from '../../web/project/reduce.ts';
import { filesOf } from '../../web/project/view.ts';

/** What is left out of a receipt: the turn's id, and times. */
const untimed = { turn: '', durationMs: 0, firstTokenMs: 0, thinkingMs: {} };

/**
 * What a visitor sees after all events, without what differs from one session to another: ids, sequence numbers, the preview's address,
 * the words of the prompt.
 */
export function sight(events: readonly RedrawEvent[]): unknown {
  const whole = reduceAll(events);
  const { seq: _, session, ...view } = whole;
  const turns = [...view.earlier, ...(view.turn ? [view.turn] : [])];
  let json = JSON.stringify({
    ...view,
    earlier: [],
    turn: turns.map((turn) => ({ ...turn, id: '', receipt: turn.receipt && { ...turn.receipt, ...untimed } })),
    files: [...filesOf(whole)].sort(),
    session: session && { ...session, session: '', previewUrl: '', trial: null },
  });
  for (const [index, { prompt }] of turns.entries())
    json = json.replaceAll(JSON.stringify(prompt), `"prompt ${index}"`);
  return JSON.parse(json);
}

/** Asserts what holds for every list of events of a session, whatever happened on the way. */
export function expectWhole(events: readonly RedrawEvent[], first = 1): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => first + index));
  const started = events.filter((event) => event.type === 'turn_started').map(({ data }) => data.turn);
  const finished = events.filter((event) => event.type === 'turn_finished').map(({ data }) => data.turn);
  expect(finished).toEqual(started);
  expect(new Set(started).size).toBe(started.length);
  expect(events.at(-1)?.type).toBe('turn_finished');
}

/** Asserts that no file was written twice: one `file` event for each change, in order. */
export function changesOf(events: readonly RedrawEvent[]): string[] {
  return events.filter((event) => event.type === 'file').map(({ data }) => `${data.change} ${data.path} ${data.hash}`);
}

/** What Claude wrote, as a request's transcript shows it: each text, and each tool call with whether it was answered. */
export function spoken(rawBody: string): { texts: string[]; calls: string[]; results: string[] } {
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

/** Asserts that nothing stands twice in what Claude got. */
export function expectSaidOnce(rawBodies: readonly string[]): void {
  for (const rawBody of rawBodies) {
    for (const list of Object.values(spoken(rawBody)) as string[][]) expect(new Set(list).size).toBe(list.length);
  }
}
