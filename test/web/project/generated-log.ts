import fc from 'fast-check';
import type { Draft, RedrawEvent } from '../../../src/protocol/events.ts';

/** Numbers drafts of events as a log does. @param from the first sequence number */
export function numbered(drafts: readonly Draft[], from = 1): RedrawEvent[] {
  return drafts.map((draft, index) => ({ ...draft, seq: from + index }) as RedrawEvent);
}

export const sessionId = 'abcdefghijklmnopqrstuvwxyz';

const word = fc.constantFrom('a ', 'tea ', '**timer** ', '\n\n', 'const x = 1;\n');

type Piece = (turn: string, step: number, attempt: number) => Draft[];

const text: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom('text' as const, 'thinking' as const), fc.array(word, { minLength: 1, maxLength: 4 }))
  .map(
    ([type, words]) =>
      (turn, step) =>
        words.map((delta) => ({ type, data: { turn, step, delta } }) as Draft),
  );

/** A file tool. As in Claude's stream, its draft may come before or after its announcement. */
const draftOf = (path: string, words: string[], announced: boolean, id: string): Piece => {
  return (turn, step, attempt) => {
    const call = `${turn}-${step}-${attempt}-${id}`;
    const start: Draft = {
      type: 'tool',
      data: { turn, step, id: call, name: 'edit', state: 'started', title: `Write ${path}` },
    };
    const deltas = words.map((delta): Draft => ({ type: 'file_delta', data: { turn, step, id: call, path, delta } }));
    return announced ? [start, ...deltas] : [...deltas, start];
  };
};

const fileDraft: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom('index.html', 'src/App.tsx'), fc.array(word, { maxLength: 4 }), fc.boolean(), fc.uuid())
  .map(([path, words, announced, id]) => draftOf(path, words, announced, id));

export interface PlannedStep {
  pieces: Piece[];
  /** The pieces that earlier, discarded attempts had streamed. */
  aborted: Piece[][];
  retries: number;
  failing: boolean;
}

const plannedStep: fc.Arbitrary<PlannedStep> = fc.record({
  pieces: fc.array(fc.oneof(text, fileDraft), { minLength: 1, maxLength: 4 }),
  aborted: fc.array(fc.array(fc.oneof(text, fileDraft), { maxLength: 3 }), { maxLength: 2 }),
  retries: fc.integer({ min: 0, max: 2 }),
  failing: fc.boolean(),
});

export const plannedTurns = fc.array(
  fc.record({
    steps: fc.array(plannedStep, { maxLength: 4 }),
    state: fc.constantFrom('completed' as const, 'stopped' as const, 'failed' as const, 'exhausted' as const),
  }),
  { minLength: 1, maxLength: 4 },
);

export type PlannedTurn = { steps: PlannedStep[]; state: 'completed' | 'stopped' | 'failed' | 'exhausted' };

/** Results of the tools that a step started, in order. */
function results(turn: string, step: number, drafts: readonly Draft[], failing: boolean): Draft[] {
  return drafts.flatMap((draft): Draft[] => {
    if (draft.type !== 'tool') return [];
    const { id, name } = draft.data;
    if (failing)
      return [{ type: 'tool', data: { turn, step, id, name, state: 'failed', title: 'Failed', detail: 'No.' } }];
    return [
      { type: 'file', data: { turn, path: 'src/App.tsx', change: 'written', bytes: 10, hash: id } },
      { type: 'tool', data: { turn, step, id, name, state: 'done', title: 'Wrote' } },
    ];
  });
}

const retry: Draft = {
  type: 'api_retry',
  data: { httpStatus: 529, errorType: 'overloaded_error', attempt: 1, maxRetries: 3, retryDelayMs: 500 },
};

/**
 * The event log of a session with these turns.
 *
 * @param withAborted whether the log has the discarded attempts
 */
export function logOf(turns: readonly PlannedTurn[], withAborted = true): RedrawEvent[] {
  const log: Draft[] = [];
  const seq = () => log.length + 1;
  turns.forEach(({ steps, state }, index) => {
    const turn = `t${index}`;
    log.push({
      type: 'session',
      data: { session: sessionId, previewUrl: 'http://p.localhost/', model: 'm', payer: 'trial', trial: null },
    });
    log.push({ type: 'turn_started', data: { turn, prompt: `Prompt ${index}`, model: 'm', payer: 'trial' } });
    steps.forEach(({ pieces, aborted, retries, failing }, at) => {
      const step = at + 1;
      for (const [attempt, before] of withAborted ? aborted.entries() : []) {
        const fromSeq = seq();
        log.push(...before.flatMap((piece) => piece(turn, step, attempt + 1)));
        log.push({ type: 'step_discarded', data: { turn, step, fromSeq } });
        for (let n = 0; n < retries; n++) log.push(retry);
      }
      const streamed = pieces.flatMap((piece) => piece(turn, step, 0));
      log.push(...streamed, ...results(turn, step, streamed, failing));
      log.push({ type: 'preview', data: { revision: seq(), state: 'reload' } });
    });
    log.push({ type: 'version', data: { version: index + 1, parent: null, label: 'x', changed: ['src/App.tsx'] } });
    log.push({ type: 'turn_finished', data: { turn, state, counted: state === 'completed' } });
  });
  return numbered(log);
}

const isDraft = (event: RedrawEvent) => ['text', 'thinking', 'tool', 'file_delta'].includes(event.type);

/** The log as the server compacts it ten minutes after its turns have ended: one event a block, no drafts of files. */
export function compacted(log: readonly RedrawEvent[]): RedrawEvent[] {
  const gone = new Set<number>();
  for (const discard of log) {
    if (discard.type !== 'step_discarded') continue;
    gone.add(discard.seq);
    const { turn, step, fromSeq } = discard.data;
    for (const event of log) {
      if (!isDraft(event) || event.seq < fromSeq || event.seq > discard.seq) continue;
      if ('step' in event.data && event.data.turn === turn && event.data.step === step) gone.add(event.seq);
    }
  }
  const kept: RedrawEvent[] = [];
  for (const event of log) {
    if (gone.has(event.seq) || event.type === 'file_delta') continue;
    const last = kept.at(-1);
    const isMore = (event.type === 'text' || event.type === 'thinking') && last?.type === event.type;
    if (isMore && last.data.turn === event.data.turn && last.data.step === event.data.step) {
      kept[kept.length - 1] = { ...last, data: { ...last.data, delta: last.data.delta + event.data.delta } };
    } else kept.push(event);
  }
  return kept;
}

const anyStep = fc.integer({ min: 0, max: 3 });
const anyTurn = fc.constantFrom('t0', 't1', '');
const anyCall = fc.constantFrom('a', 'b');

/** Events in arbitrary order, which a client must survive. */
export const anyDraft: fc.Arbitrary<Draft> = fc.oneof(
  fc.record({
    type: fc.constant('turn_started' as const),
    data: fc.record(
      {
        turn: anyTurn,
        prompt: fc.string(),
        model: fc.string(),
        payer: fc.constant('trial'),
        attachments: fc.array(fc.string(), { maxLength: 2 }),
      },
      { requiredKeys: ['turn', 'prompt', 'model', 'payer'] },
    ),
  }),
  fc.record({
    type: fc.constantFrom('text' as const, 'thinking' as const),
    data: fc.record({ turn: anyTurn, step: anyStep, delta: fc.string() }),
  }),
  fc.record({
    type: fc.constant('file_delta' as const),
    data: fc.record({ turn: anyTurn, step: anyStep, id: anyCall, path: fc.string(), delta: fc.string() }),
  }),
  fc.record({
    type: fc.constant('step_discarded' as const),
    data: fc.record({ turn: anyTurn, step: anyStep, fromSeq: fc.nat(60) }),
  }),
  fc.record({
    type: fc.constant('tool' as const),
    data: fc.record({
      turn: anyTurn,
      step: anyStep,
      id: anyCall,
      name: fc.constant('edit'),
      state: fc.constantFrom('started' as const, 'done' as const, 'failed' as const),
      title: fc.string(),
    }),
  }),
  fc.record({
    type: fc.constant('file' as const),
    data: fc.record({
      turn: anyTurn,
      path: fc.constantFrom('a', 'b'),
      change: fc.constantFrom('written' as const, 'deleted' as const, 'renamed' as const),
      bytes: fc.nat(),
      hash: fc.string(),
    }),
  }),
  fc.record({
    type: fc.constant('preview' as const),
    data: fc.record({ revision: fc.nat(20), state: fc.constantFrom('reload' as const, 'ready' as const) }),
  }),
  fc.record({
    type: fc.constant('prompt_error' as const),
    data: fc.record({ code: fc.string(), message: fc.string(), retryable: fc.boolean() }),
  }),
  fc.constant(retry),
  fc.record({ type: fc.constant('title' as const), data: fc.record({ title: fc.string() }) }),
  fc.record({
    type: fc.constant('queued' as const),
    data: fc.record({ items: fc.array(fc.record({ id: fc.string(), prompt: fc.string() }), { maxLength: 3 }) }),
  }),
  fc.record({
    type: fc.constant('turn_finished' as const),
    data: fc.record({ turn: anyTurn, state: fc.constant('completed' as const), counted: fc.boolean() }),
  }),
);
