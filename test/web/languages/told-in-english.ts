import type { EventData, EventType } from '../../../src/protocol/events.ts';
import { problemCodes } from '../../../src/protocol/problems.ts';
import { promptErrorCodes } from '../../../src/protocol/prompt-error-codes.ts';
import { reasons } from '../../../src/protocol/situations.ts';
import { toolFailures, toolVerbs } from '../../../src/protocol/tool-line.ts';

/** Marks each sentence that the server makes in English: no page in another language may show one as its own. */
export const marker = 'Zzenglish';

const told = (what: string) => `${marker} sentence of ${what}.`;

/** Every code of a refusal or a failure, alone and with each of its reasons. */
export const situations = [...Object.keys(problemCodes), ...promptErrorCodes].flatMap((code) => [
  { code, reason: undefined },
  ...((reasons as Partial<Record<string, readonly string[]>>)[code] ?? []).map((reason) => ({ code, reason })),
]);

/** What comes with codes: one of everything that a sentence may need. */
export const anyFields = {
  ...{ limit: 15, seconds: 900, retryAfter: 61, count: 3, port: 5173, code: 2, durationMs: 1500, refused: 1 },
  ...{
    field: 'xfield',
    model: 'claude-xyz',
    path: 'a.ts',
    provider: 'GitLab',
    url: 'http://localhost:8787',
    to: 'b.ts',
  },
  ...{ pattern: 'x+', command: 'ls', tool: 'xtool', result: 'report', more: true },
};

interface Told {
  type: EventType;
  data: object;
}

/** The tools that show what a program has printed. */
const nameOf = (verb: string) => (verb === 'run' ? 'bash' : verb === 'start_server' ? 'start_server' : 'xtool');

/** A turn whose tools did everything that a tool can do, and failed in every way. */
function turnOfTools(turn: string): Told[] {
  const data = (id: string, verb: string, rest: object) => ({
    ...{ turn, step: 1, id, name: nameOf(verb), verb, path: 'a.ts', title: told(`the tool ${verb}`) },
    ...rest,
  });
  const done = toolVerbs.map((verb) =>
    data(`done-${verb}`, verb, {
      state: 'done',
      detail: verb === 'run' ? `42\n[${told('a command')}]` : told('an answer'),
      fields: { ...anyFields, code: 0 },
    }),
  );
  const failed = [
    ...toolVerbs.map((verb) => ({ verb, reason: 'not_found' })),
    ...toolFailures.map((reason) => ({ verb: 'edit', reason })),
  ];
  const commands = toolFailures.map((reason) => ({ verb: 'run', reason }));
  return [
    ...done,
    ...[...failed, ...commands].map(({ verb, reason }, at) =>
      data(`failed-${at}`, verb, { state: 'failed', detail: told('a failure'), fields: { ...anyFields, reason } }),
    ),
    ...toolVerbs.map((verb) => data(`cut-${verb}`, verb, { state: 'started' })),
  ].map((each) => ({ type: 'tool', data: each }));
}

const receipt = (turn: string, payer: string): EventData<'usage'> => ({
  ...{ turn, model: 'claude-xyz', payer, inputTokens: 10, outputTokens: 10, cacheReadTokens: 10, cacheWriteTokens: 10 },
  ...{ usd: 0.02, steps: 2, durationMs: 2000, firstTokenMs: 500, thinkingMs: { 1: 1000 } },
});

/** Turns that ended in every way there is. */
function endedTurns(): Told[][] {
  const version = (more: object) => ({
    type: 'version' as const,
    data: { version: 2, parent: 1, label: 'xlabel', changed: ['a.ts'], undo: null, redo: null, ...more },
  });
  const limit = (reason: string | undefined) => ({
    type: 'credit_exhausted' as const,
    data: {
      ...{ message: told('a limit'), errorType: null, httpStatus: 429, resetsAt: null, payer: 'connection' },
      fields: reason === undefined ? { says: told('Claude') } : { reason },
    },
  });
  const bodies: [string, Told[]][] = [
    ['completed', []],
    ['stopped', []],
    ['stopped', [version({ stopped: true })]],
    ['failed', []],
    ...situations.map(({ code, reason }): [string, Told[]] => [
      'failed',
      [
        {
          type: 'prompt_error',
          data: {
            ...{ code, message: told(code), retryable: true },
            fields: { ...anyFields, says: told('Claude'), ...(reason === undefined ? {} : { reason }) },
          },
        },
      ],
    ]),
    ...[undefined, ...reasons.credit_exhausted].map((reason): [string, Told[]] => ['exhausted', [limit(reason)]]),
  ];
  return bodies.map(([state, body], at) => {
    const turn = `ended-${at}`;
    const payer = ['trial', 'connection', 'hosted', 'credits'][at % 4] ?? 'trial';
    return [
      { type: 'turn_started', data: { turn, prompt: 'Xyz', model: 'claude-xyz', payer } },
      ...body,
      { type: 'usage', data: receipt(turn, payer) },
      { type: 'turn_finished', data: { turn, state, counted: false } },
    ];
  });
}

/** Versions of every kind. */
const moves: Told[] = [
  { kind: 'edit', path: 'a.ts' },
  { kind: 'edit', path: 'b.ts', isNew: true },
  { kind: 'edit' },
  { kind: 'undo', of: 4 },
  { kind: 'redo', of: 6 },
  { kind: 'revert', of: 1 },
].map((more, at) => ({
  type: 'version',
  data: {
    ...{ version: at + 3, parent: at + 2, label: told('a version'), changed: ['a.ts'], stopped: at === 2 },
    ...{ createdAt: 1_790_000_000_000, undo: { label: told('undo'), version: at + 3 }, redo: null, ...more },
  },
}));

/** The log of a project in which everything has happened that the server tells of. */
export function eventfulLog(session: string, previewUrl: string): string {
  const turn = 'of-tools';
  const events: Told[] = [
    {
      type: 'session',
      data: { session, previewUrl, model: 'claude-xyz', payer: 'trial', trial: { used: 1, limit: 6 } },
    },
    { type: 'turn_started', data: { turn, prompt: 'Xyz', model: 'claude-xyz', payer: 'trial' } },
    ...turnOfTools(turn),
    { type: 'turn_finished', data: { turn, state: 'completed', counted: true } },
    ...endedTurns().flat(),
    ...moves,
    {
      type: 'prompt_error',
      data: { code: 'turn_limit', message: told('a refusal'), retryable: false, fields: anyFields },
    },
    {
      type: 'queued',
      data: { items: [{ id: 'q', prompt: 'Xyz', notBefore: Date.now() + 3_600_000 }], now: Date.now() },
    },
  ];
  return events
    .map(({ type, data }, at) => `id: ${at + 1}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
    .join('');
}
