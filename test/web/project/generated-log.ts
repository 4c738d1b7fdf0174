import fc from 'fast-check';
import {
  type DeltaDraft,
  type Draft,
  isDelta,
  type PlainDraft,
  type RedrawEvent,
} from '../../../src/protocol/events.ts';
import { SessionTrace, type StoredEvent } from './session-trace.ts';

/** Numbers drafts of events as a log does that stores each chunk by itself. */
export function numbered(drafts: readonly Draft[]): StoredEvent[] {
  const trace = new SessionTrace();
  for (const draft of drafts) {
    if (isDelta(draft)) {
      trace.send(draft);
      trace.storePart();
    } else trace.store(draft);
  }
  return trace.log;
}

export const sessionId = 'abcdefghijklmnopqrstuvwxyz';

/** With a letter of two UTF-16 units that comes in two chunks. */
const word = fc.constantFrom('a ', 'tea ', '**timer** ', '\n\n', 'const x = 1;\n', '👩‍🎨', 'x\ud83d', '\ude00y');

/** A chunk, and whether the time has come to store its block, or another event comes right after it. */
const chunk = fc.record({ delta: word, isDue: fc.boolean(), aside: fc.nat(9).map((n) => n === 0) });
type Chunk = { delta: string; isDue: boolean; aside: boolean };

const title: PlainDraft = { type: 'title', data: { title: 'A timer' } };

function sendAll(trace: SessionTrace, chunks: readonly Chunk[], draft: (delta: string) => DeltaDraft): void {
  for (const { delta, isDue, aside } of chunks) {
    trace.send(draft(delta));
    if (isDue) trace.storePart();
    if (aside) trace.storeAside(title);
  }
}

interface Call {
  turn: string;
  step: number;
  id: string;
  name: string;
}

/** Streams a part of a reply. @returns the tool call in it */
type Piece = (trace: SessionTrace, turn: string, step: number, attempt: number) => Call | null;

const text: fc.Arbitrary<Piece> = fc
  .tuple(
    fc.constantFrom('text' as const, 'thinking' as const),
    fc.array(chunk, { minLength: 1, maxLength: 6 }),
    fc.boolean(),
  )
  .map(([type, chunks, isOwnBlock]) => (trace, turn, step) => {
    if (isOwnBlock) trace.endBlock();
    sendAll(trace, chunks, (delta) => ({ type, data: { turn, step, delta } }));
    return null;
  });

const tool: fc.Arbitrary<Piece> = fc
  .tuple(fc.constantFrom('edit', 'bash'), fc.array(chunk, { maxLength: 5 }), fc.uuid())
  .map(([name, chunks, uuid]) => (trace, turn, step, attempt) => {
    const call = { turn, step, id: `${turn}-${step}-${attempt}-${uuid}`, name };
    trace.store({ type: 'tool', data: { ...call, state: 'started', title: name } });
    if (name === 'edit') {
      sendAll(trace, chunks, (delta) => ({
        type: 'file_delta',
        data: { turn, step, id: call.id, path: 'src/App.tsx', delta },
      }));
    }
    return call;
  });

const pieces = fc.array(fc.oneof(text, tool), { minLength: 1, maxLength: 4 });

const plannedStep = fc.record({
  pieces,
  /** Earlier attempts that were discarded, and whether they ended with the object. */
  aborted: fc.array(fc.record({ pieces, isLost: fc.boolean() }), { maxLength: 2 }),
  retries: fc.integer({ min: 0, max: 2 }),
  isFailing: fc.boolean(),
  output: fc.array(chunk, { maxLength: 5 }),
  /** What the step's commands print in a run that is lost with the object, before they run again. */
  lostOutput: fc.option(fc.array(chunk, { minLength: 1, maxLength: 3 })),
});
export type PlannedStep = typeof plannedStep extends fc.Arbitrary<infer T> ? T : never;

const plannedTurn = fc.record({
  steps: fc.array(plannedStep, { maxLength: 4 }),
  state: fc.constantFrom('completed' as const, 'stopped' as const, 'failed' as const, 'exhausted' as const),
  /** The turn ends with a reply, or its last command, that is lost with the object and not repeated. */
  lostEnd: fc.option(fc.record({ pieces, output: fc.array(chunk, { maxLength: 3 }) })),
});
export type PlannedTurn = typeof plannedTurn extends fc.Arbitrary<infer T> ? T : never;

export const plannedTurns = fc.array(plannedTurn, { minLength: 1, maxLength: 3 });

const retry: PlainDraft = {
  type: 'api_retry',
  data: { httpStatus: 529, errorType: 'overloaded_error', attempt: 1, maxRetries: 3, retryDelayMs: 500 },
};

const printing =
  ({ turn, step, id }: Call) =>
  (delta: string): DeltaDraft => ({ type: 'tool_output', data: { turn, step, id, delta } });

function runTool(trace: SessionTrace, call: Call, { isFailing, output, lostOutput }: PlannedStep): void {
  if (call.name === 'bash' && lostOutput) {
    sendAll(trace, lostOutput, printing(call));
    trace.lose();
  }
  if (call.name === 'bash') sendAll(trace, output, printing(call));
  if (isFailing) {
    trace.store({ type: 'tool', data: { ...call, state: 'failed', title: 'Failed', detail: 'No.' } }, true);
    return;
  }
  const change = { path: 'src/App.tsx', change: 'written', bytes: 10, hash: call.id } as const;
  trace.store({ type: 'file', data: { turn: call.turn, ...change } });
  trace.store({ type: 'tool', data: { ...call, state: 'done', title: 'Done' } }, true);
}

function runStep(trace: SessionTrace, turn: string, step: number, plan: PlannedStep, withAborted: boolean): void {
  for (const [attempt, { pieces, isLost }] of withAborted ? plan.aborted.entries() : []) {
    const fromSeq = trace.nextSeq;
    for (const piece of pieces) piece(trace, turn, step, attempt + 1);
    if (isLost) trace.lose();
    trace.store({ type: 'step_discarded', data: { turn, step, fromSeq } }, true);
    for (let n = 0; n < plan.retries; n++) trace.store(retry);
  }
  const calls = plan.pieces.map((piece) => piece(trace, turn, step, 0));
  for (const call of calls) if (call) runTool(trace, call, plan);
  trace.store({ type: 'preview', data: { revision: step, state: 'reload' } });
}

/**
 * A session with these turns, as it happens.
 *
 * @param withAborted whether it has the discarded attempts
 */
export function traceOf(turns: readonly PlannedTurn[], withAborted = true): SessionTrace {
  const trace = new SessionTrace();
  const session = { session: sessionId, previewUrl: 'http://p.localhost/', model: 'm', payer: 'trial', trial: null };
  turns.forEach(({ steps, state, lostEnd }, index) => {
    const turn = `t${index}`;
    trace.store({ type: 'session', data: session });
    trace.store({ type: 'turn_started', data: { turn, prompt: `Prompt ${index}`, model: 'm', payer: 'trial' } });
    for (const [at, step] of steps.entries()) runStep(trace, turn, at + 1, step, withAborted);
    if (lostEnd) {
      const calls = lostEnd.pieces.map((piece) => piece(trace, turn, steps.length + 1, 0));
      const command = calls.find((call) => call?.name === 'bash');
      if (command) sendAll(trace, lostEnd.output, printing(command));
      trace.lose();
    }
    trace.store({ type: 'version', data: { version: index + 1, parent: null, label: 'x', changed: ['src/App.tsx'] } });
    trace.store({ type: 'turn_finished', data: { turn, state, counted: state === 'completed' } }, true);
  });
  return trace;
}

/** The log without what its `step_discarded` events void. */
export function withoutDiscarded(log: readonly StoredEvent[]): StoredEvent[] {
  return log.filter(({ seq, type, data }) => {
    if (!['text', 'thinking', 'tool', 'file_delta'].includes(type)) return true;
    return !log.some(
      (other) =>
        other.type === 'step_discarded' &&
        'step' in data &&
        other.data.turn === data.turn &&
        other.data.step === data.step &&
        other.data.fromSeq <= seq &&
        seq < other.seq,
    );
  });
}

/** The log as the server compacts it ten minutes after its turns have ended: one event a block, no drafts of files. */
export function compacted(log: readonly StoredEvent[]): StoredEvent[] {
  const kept = new Map<unknown, StoredEvent>();
  for (const event of withoutDiscarded(log)) {
    if (event.type === 'file_delta') continue;
    if (event.type !== 'text' && event.type !== 'thinking' && event.type !== 'tool_output') {
      kept.set(event, event);
      continue;
    }
    const { block, delta } = event.data;
    const before = kept.get(block) as typeof event | undefined;
    kept.delete(block);
    const data = { ...event.data, at: 0, delta: (before?.data.delta ?? '') + delta };
    kept.set(block, { ...event, data } as StoredEvent);
  }
  return [...kept.values()];
}

const anyStep = fc.integer({ min: 0, max: 3 });
const anyTurn = fc.constantFrom('t0', 't1', '');
const anyCall = fc.constantFrom('a', 'b');
const anyPlace = { block: fc.nat(4), at: fc.nat(6), delta: fc.string() };

const anyDraft = fc.oneof(
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
    data: fc.record({ turn: anyTurn, step: anyStep, ...anyPlace }),
  }),
  fc.record({
    type: fc.constant('file_delta' as const),
    data: fc.record({ turn: anyTurn, step: anyStep, id: anyCall, path: fc.string(), ...anyPlace }),
  }),
  fc.record({
    type: fc.constant('tool_output' as const),
    data: fc.record({ turn: anyTurn, step: anyStep, id: anyCall, ...anyPlace }),
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

/** Events in arbitrary order, stored and in flight, which a client must survive. */
export const anyEvents: fc.Arbitrary<RedrawEvent[]> = fc
  .array(fc.tuple(anyDraft, fc.boolean()), { maxLength: 60 })
  .map((drafts) =>
    drafts.map(
      ([draft, isInFlight], at): RedrawEvent => ({
        ...draft,
        seq: isInFlight && 'block' in draft.data ? null : at + 1,
      }),
    ),
  );
