import { changedSinceCheck, findLoop } from '../../../src/agent/loop-detection.ts';
import { PartialJsonStrings } from '../../../src/agent/partial-json.ts';
import { hasProblems, previewLine, problemsIn, reportText } from '../../../src/agent/preview-report-text.ts';
import { elideBlock, foldedMessages, foldTurn, isThinking, shorten } from '../../../src/agent/shorten-messages.ts';
import { changesFiles, isShellTool, offeredTools, onlyReads, toolLine } from '../../../src/agent/tool-definitions.ts';
import { ToolInputStream } from '../../../src/agent/tool-input-stream.ts';
import { assistantBlock, userBlock } from '../../../src/agent/valid-blocks.ts';
import { wellFormedJson } from '../../../src/protocol/well-formed-json.ts';
import { decodeFrames, encodeFrame } from '../../../src/sandbox/output-frames.ts';
import { filled, type GrowthCase, numbered, ofText } from '../growth-case.ts';

const jsonPieces = [
  ['braces', '{'],
  ['keys', '{"a":'],
  ['escapes', '{"a":"\\u'],
  ['quotes', '"'],
  ['halves of pairs', '"\ud83d'],
] as const;

function report(over: object) {
  const seen = { revision: 1, path: '/', title: '', blank: false, snapshot: '', problems: [], ...over };
  const check = { kind: 'report', report: seen } as Parameters<typeof reportText>[0];
  return [reportText(check), previewLine(check), hasProblems(check)];
}

/** Frames with bodies of these bytes, in pieces of `size` bytes. */
function framesIn(bodies: readonly number[], size: number): Uint8Array[] {
  const all = Buffer.concat(bodies.map((bytes) => encodeFrame({ type: 'out', bytes: new Uint8Array(bytes) })));
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.subarray(at * size, (at + 1) * size));
}

function streamOf(pieces: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    pull(controller) {
      const piece = pieces[next++];
      if (piece) controller.enqueue(piece);
      else controller.close();
    },
  });
}

async function decoded(pieces: readonly Uint8Array[]): Promise<number> {
  let bytes = 0;
  for await (const event of decodeFrames(streamOf(pieces), 600_000))
    if (event.type === 'out') bytes += event.bytes.byteLength;
  return bytes;
}

/** A call and its result, as a transcript has them. */
function turnOf(text: string) {
  const input = { command: 'create', path: text.slice(0, 200), file_text: text };
  const call = { type: 'tool_use', id: 'toolu_1', name: 'str_replace_based_edit_tool', input } as const;
  const result = { type: 'tool_result', tool_use_id: 'toolu_1', content: text } as const;
  const messages = [
    { role: 'user', content: text },
    { role: 'assistant', content: [{ type: 'text', text }, call] },
    { role: 'user', content: [result, { type: 'text', text }] },
  ] satisfies Parameters<typeof foldTurn>[0];
  return { call, result, messages };
}

function inTranscript(text: string) {
  const { call, result, messages } = turnOf(text);
  const images = null as unknown as Parameters<typeof userBlock>[1];
  return [
    messages.map((message) => shorten(message, true, true)),
    [call, result].map((block) => [elideBlock(block), isThinking(block)]),
    foldedMessages([foldTurn(messages)]),
    [assistantBlock(call), userBlock(result, images)],
    [toolLine(call.name, call.input), toolLine('bash', { command: text }), toolLine(text, {})],
    [changesFiles(call.name, call.input), onlyReads(call.name, call.input), isShellTool(text), offeredTools(true)],
  ];
}

/** Steps that fail, each alike. */
function repeated(text: string) {
  const { call } = turnOf(text);
  const results = Array.from({ length: 9 }, (_, step) => ({ ...call, step, isError: true, text: `${text}${step}` }));
  return [findLoop(results as never), changedSinceCheck(results as never)];
}

function pushInPieces(text: string): ToolInputStream {
  const call = { turn: 't', step: 1, id: 'i' };
  const stream = new ToolInputStream(() => undefined, call, 'str_replace_based_edit_tool');
  for (let at = 0; at < text.length; at += 3) stream.push(text.slice(at, at + 3));
  return stream;
}

export const agentCases: readonly GrowthCase[] = [
  ...[' ', '\n', 'a', '\u0001', '\ud83d', '<note>', '"', '\u0301'].flatMap((piece) => [
    ofText(`transcript: ${JSON.stringify(piece)}`, (n) => filled(piece, n), inTranscript),
    ofText(`steps that fail: ${JSON.stringify(piece)}`, (n) => filled(piece, n), repeated),
  ]),
  ...jsonPieces.flatMap(([what, piece]) =>
    [1, 7, 1e9].map((size) =>
      ofText(
        `tool input: ${what} in pieces of ${size}`,
        (n) => filled(piece, n),
        (text) => {
          let read = '';
          const strings = new PartialJsonStrings({
            piece(_, part) {
              read += part;
            },
            end: () => undefined,
          });
          for (let at = 0; at < text.length; at += size) strings.push(text.slice(at, at + size));
          return read;
        },
      ),
    ),
  ),
  ofText(
    'tool input: a path in small pieces',
    (n) => `{"command":"create","file_text":"${filled('x', n / 2)}","path":"${filled('a', n / 2)}"}`,
    pushInPieces,
  ),
  ofText('tool input: many keys', (n) => `{${numbered((i) => `"path":"${i}","file_text":"a",`, n)}`, pushInPieces),
  ofText(
    'report: a message of white space',
    (n) => filled(' ', n),
    (text) => report({ problems: [{ kind: 'console', message: `${text}x` }] }),
  ),
  ofText(
    'report: a stack of line feeds',
    (n) => filled('\n', n),
    (text) => report({ problems: [{ kind: 'console', message: 'x', stack: text }] }),
  ),
  ofText(
    'report: a page of tags',
    (n) => filled('< / ', n),
    (text) => report({ snapshot: text }),
  ),
  ofText(
    'report: a page of less-than signs and white space',
    (n) => `<${filled(' ', n)}`,
    (text) => report({ snapshot: text }),
  ),
  ofText(
    'report: many problems',
    (n) => filled('x', n),
    (text) =>
      report({ problems: Array.from({ length: text.length / 20 }, () => ({ kind: 'console', message: 'x:1:1' })) }),
  ),
  ofText('report: problems of digits', (n) => `Problems:\n- ${filled(':1', n)}x`, problemsIn),
  ofText('report: a problem of one long number', (n) => `Problems:\n- :${filled('1', n)}x`, problemsIn),
  ofText(
    'json: made well-formed',
    (n) => `[${filled('"\ud83d",', n)}1]`,
    (text) => wellFormedJson(JSON.parse(text)),
  ),
  ofText(
    'json: nested',
    (n) => '['.repeat(n / 50),
    (text) => wellFormedJson(JSON.parse(text + ']'.repeat(text.length))),
  ),
  ...[7, 1_000].map((size) => ({
    name: `frames: one large frame in pieces of ${size}`,
    prepare(chars: number) {
      const pieces = framesIn([chars], size);
      return () => decoded(pieces);
    },
  })),
  {
    name: 'frames: many small ones at once',
    prepare(chars) {
      const pieces = framesIn(
        Array.from({ length: chars / 10 }, () => 5),
        chars,
      );
      return () => decoded(pieces);
    },
  },
];
