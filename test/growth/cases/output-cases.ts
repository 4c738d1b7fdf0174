import { redact, redactedLine, redactedSentence, redactHeaders, redactSecret } from '../../../src/log/redact.ts';
import { isBlank } from '../../../src/protocol/is-blank.ts';
import { withoutOwnTags } from '../../../src/protocol/own-tags.ts';
import { takeEnd, takeStart, truncateText } from '../../../src/protocol/truncate-text.ts';
import { CommandOutput } from '../../../src/session/sandbox/command-output.ts';
import { appTitle } from '../../../src/session/turn/app-title.ts';
import { endingOf, printedBy } from '../../../web/conversation/command-words.ts';
import { trailingNotes } from '../../../web/conversation/trailing-notes.ts';
import { setLanguage } from '../../../web/strings/strings.ts';
import { ansiSpans } from '../../../web/ui/ansi.ts';
import { filled, type GrowthCase, ofText } from '../growth-case.ts';

/** What a command may print. */
const outputs = [
  ['one line', (n) => filled('x', n)],
  ['one line and a return', (n) => `${filled('x', n)}\r`],
  ['returns', (n) => filled('\r', n)],
  ['returns before a line feed', (n) => `x${filled('\r', n)}\n`],
  ['returns and line feeds', (n) => filled('\r\n', n)],
  ['a line overwritten often', (n) => filled('x\r', n)],
  ['a line overwritten often, in colour', (n) => filled('\u001b[31mx\r', n)],
  ['line feeds', (n) => filled('\n', n)],
  ['brackets', (n) => filled('\n[]', n)],
  ['a line feed, brackets and a letter', (n) => `\n${filled('[]', n)}x`],
  ['lines of brackets', (n) => filled('[x]\n', n)],
  ['backspaces', (n) => filled('\b', n)],
  ['letters and backspaces', (n) => filled('x\b', n)],
  ['escapes', (n) => filled('\u001b', n)],
  ['open control sequences', (n) => filled('\u001b[', n)],
  ['a control sequence without end', (n) => `\u001b[${filled('1;', n)}`],
  ['a control sequence of many parameters', (n) => `\u001b[${filled('1;', n)}m`],
  ['intermediate bytes', (n) => `\u001b[${filled(' ', n)}`],
  ['control sequences with intermediate bytes', (n) => filled('\u001b[ ', n)],
  ['open operating system commands', (n) => filled('\u001b]', n)],
  ['an operating system command without end', (n) => `\u001b]${filled('x', n)}`],
  ['colours', (n) => filled('\u001b[31mx\u001b[0m', n)],
  ['white space', (n) => filled(' ', n)],
  ['white space before a letter', (n) => `${filled(' ', n)}x`],
  ['marks that pile up', (n) => filled('\u0301', n)],
  ['joined emoji', (n) => filled('👩‍', n)],
  ['halves of pairs', (n) => filled('\ud83d', n)],
] as const satisfies readonly (readonly [string, (chars: number) => string])[];

function pushed(text: string, pieceBytes: number): string {
  const bytes = new TextEncoder().encode(text);
  let live = '';
  const output = new CommandOutput((piece) => {
    live += piece;
  });
  for (let at = 0; at < bytes.length; at += pieceBytes) output.push(bytes.subarray(at, at + pieceBytes));
  return output.end() + live;
}

/** A command as the page tells of it in another language than the server's. */
async function told(detail: string) {
  // There is no document to mark.
  await setLanguage('de').catch(() => undefined);
  const command = { detail, output: { text: '' }, verb: 'run', state: 'done', fields: { code: 0 } };
  const block = command as unknown as Parameters<typeof printedBy>[0];
  return [printedBy(block), endingOf(block)];
}

export const outputCases: readonly GrowthCase[] = [
  ofText('command: sentences on what is left out', (n) => filled('… 1', n), told),
  ofText('command: white space before a note', (n) => `${filled(' ', n)}[exit code 1]`, told),
  ...outputs.flatMap(([what, make]) => [
    ofText(`command: ${what}, at once`, make, (text) => pushed(text, text.length * 4)),
    ofText(`command: ${what}, in small pieces`, make, (text) => pushed(text, 3)),
    ofText(`command: ${what}, on the page`, make, ansiSpans),
    ofText(`command: ${what}, its notes`, make, trailingNotes),
  ]),
  ...outputs
    .slice(-4)
    .flatMap(([what, make]) => [
      ofText(`text: ${what}, cut`, make, (text) => [
        takeStart(text, text.length - 9),
        takeEnd(text, text.length - 9),
        truncateText(text, text.length - 9),
      ]),
      ofText(`text: ${what}, blank or not`, make, isBlank),
      ofText(`text: ${what}, quoted`, make, withoutOwnTags),
    ]),
  ofText('text: less-than signs and white space', (n) => `<${filled(' ', n)}`, withoutOwnTags),
  ofText('text: less-than signs, slashes and white space', (n) => filled('< / ', n), withoutOwnTags),
  ...['eyJ-', 'eyJa.', 'eyJa', 'sk-', 'sk-ant-', 'bearer ', 'password:', 'cookie= ', 'a.', '\u0001 '].map((piece) =>
    ofText(`log: ${JSON.stringify(piece)}`, (n) => filled(piece, n), redact),
  ),
  ...['cookie', 'cookie=', 'bearer'].map((name) =>
    ofText(`log: ${name} and white space`, (n) => `${name}${filled(' ', n)}`, redactedLine),
  ),
  ofText(
    'log: a secret that is nearly there',
    (n) => filled('a', n),
    (text) => [
      redactSecret(`${text.slice(0, 900)}b`, text),
      redactedSentence(text),
      redactHeaders('secretsecret', new Headers({ a: text })),
    ],
  ),
  ofText('title: entities', (n) => `<title>${filled('&#', n)}`, appTitle),
  ofText('title: white space', (n) => `<title>${filled(' ', n)}x`, appTitle),
  ofText('title: names of templates', (n) => `<title>vite ${filled('+ a ', n)}!`, appTitle),
];
