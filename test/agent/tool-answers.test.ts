import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prepareTool } from '../../src/agent/run-tool.ts';
import type { PreviewCheck, ShellPort, ToolOutcome } from '../../src/agent/turn-interfaces.ts';
import type { ToolCall } from '../../src/claude/model-reply.ts';
import { longRun } from '../support/long-run.ts';
import { MemoryJournal, previewOf } from '../support/memory-journal.ts';
import { makeWorkspace } from '../workspace/make-workspace.ts';

const editor = 'str_replace_based_edit_tool';

interface Given {
  files?: Record<string, string>;
  check?: PreviewCheck;
  shell?: string;
}

async function answer({ files, check, shell }: Given, name: string, input: unknown): Promise<ToolOutcome> {
  const port: ShellPort = { run: async () => () => ({ text: shell ?? '', isError: false, changes: [], fields: {} }) };
  const deps = {
    turn: 'turn',
    workspace: makeWorkspace(files).workspace,
    preview: previewOf(check ?? { kind: 'nobody_looking' }),
    journal: new MemoryJournal('turn', []),
    shell: port,
  };
  const call: ToolCall = { type: 'tool_use', id: 'toolu_1', name, input };
  return (await prepareTool(deps, call, 1, false, new AbortController().signal))();
}

const report = (text: string): PreviewCheck => ({
  kind: 'report',
  report: {
    revision: 1,
    path: `/${text}`,
    title: text,
    blank: false,
    problems: [{ kind: 'console', message: text, spot: { file: text, line: 1 }, stack: `${text}\n${text}` }],
    snapshot: text,
  },
});

describe('the answer of a tool', () => {
  it('cuts a found line before the emoji that does not fit', async () => {
    const line = `${'x'.repeat(299)}🦊`;
    const { content } = await answer({ files: { 'a.txt': line } }, 'search_files', { pattern: 'x' });
    expect(content).toBe(`/app/a.txt:1: ${'x'.repeat(299)}…`);
  });

  it('cuts a passage that is not in the file before the emoji that does not fit', async () => {
    const input = { command: 'str_replace', path: 'a.txt', old_str: `${'x'.repeat(399)}🦊`, new_str: '' };
    const { content, isError } = await answer({ files: { 'a.txt': 'a' } }, editor, input);
    expect(isError).toBe(true);
    expect(content).toContain(`old_str \`${'x'.repeat(399)}…\` did not appear`);
  });

  it.each([
    ['str_replace', { old_str: 'abc', new_str: 'xyz' }],
    ['insert', { insert_line: 1, insert_text: 'xyz' }],
    ['insert', { insert_line: 0, insert_text: 'xyz' }],
  ])('to %s in a file of one line of 1 MB shows the beginning of that line', async (command, given) => {
    const line = `abc${'🦊'.repeat(250_000)}`;
    const { content, isError } = await answer({ files: { 'a.js': line } }, editor, { command, path: 'a.js', ...given });
    expect(isError).toBe(false);
    expect(content).toContain('xyz');
    expect(content).toMatch(/🦊… \[499\d{3} more characters\]/);
    expect(content?.length).toBeLessThan(2_000);
  });

  it('to an insertion of many lines shows the first of them', async () => {
    const input = { command: 'insert', path: 'a.js', insert_line: 0, insert_text: 'one more line\n'.repeat(50_000) };
    const { content } = await answer({ files: { 'a.js': '' } }, editor, input);
    expect(content).toMatch(/\tone more line\n… cut after line \d+ of 50000\. Use view_range to see more\.$/);
    expect(content?.length).toBeLessThan(21_000);
  });

  it('repeats the beginning only of an input that is not valid', async () => {
    const long = '🦊'.repeat(500_000);
    const { content } = await answer({}, editor, { command: long, path: 'a' });
    expect(content).toMatch(/^The input of this call is not valid\. command: .*🦊…\.$/u);
    expect(content?.length).toBeLessThan(400);
  });

  it('lists the paths of a folder that fit, and says how many do not', async () => {
    const names = Array.from({ length: 300 }, (_, index) => `${'🦊'.repeat(110)}${index}`);
    const files = Object.fromEntries(names.map((name) => [name, '']));
    const { content } = await answer({ files }, editor, { command: 'view', path: '/app' });
    const shown = typeof content === 'string' ? content.split('\n').length - 2 : 0;
    expect(shown).toBeGreaterThan(100);
    expect(content).toMatch(new RegExp(`… and ${300 - shown} more\\.$`));
  });

  it('is cut where a tool does not bound it itself', async () => {
    const { content } = await answer({ shell: '🦊'.repeat(100_000) }, 'bash', { command: 'x' });
    expect(content).toMatch(/^(?:🦊)+\n… 136\d{3} more characters are left out here\.$/u);
  });

  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('🦊', '\ud83d', '\udd8a', '\n', '\r\n', '\t', ' ', 'a', 'use', '*', '👩🏽‍👩🏽‍👧🏽‍👦🏽', '\0'),
  );
  /** From nothing to more than all limits, with halves of surrogate pairs at any place. */
  const anyText = fc
    .tuple(fc.array(piece, { maxLength: 6 }), fc.constantFrom(1, 1, 7, 100, 700, 20_000), piece)
    .map(([parts, times, end]) => parts.join('').repeat(times).slice(0, 150_000) + end);
  const anyPath = fc.oneof(fc.constantFrom('a.txt', '/app/b/c.ts', '/app', 'none.txt', 'b'), anyText);
  const lineNumber = fc.integer({ min: -1, max: 50 });
  const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
  const calls: Record<string, fc.Arbitrary<unknown>> = {
    [editor]: fc.record({
      command: fc.oneof(fc.constantFrom('view', 'create', 'str_replace', 'insert'), anyText),
      path: anyPath,
      view_range: optional(fc.tuple(lineNumber, lineNumber)),
      file_text: anyText,
      old_str: fc.oneof(fc.constantFrom('a', 'use', '🦊', '\n'), anyText),
      new_str: optional(anyText),
      insert_line: lineNumber,
      insert_text: anyText,
    }),
    delete_file: fc.record({ path: anyPath }),
    rename_file: fc.record({ from: anyPath, to: anyPath }),
    search_files: fc.record({ pattern: fc.oneof(fc.constantFrom('.', 'a', '🦊'), anyText), path: optional(anyPath) }),
    check_preview: fc.constant({}),
    bash: fc.record({ command: anyText }),
  };
  const anyCall = fc.oneof(
    ...Object.entries(calls).map(([name, input]) => fc.tuple(fc.constant(name), fc.oneof(input, fc.jsonValue()))),
    fc.tuple(anyText, fc.jsonValue()),
  );

  it('is well-formed and at most 64,000 characters long, whatever the files and the input', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, anyCall, async (text, other, [name, input]) => {
        const given = { files: { 'a.txt': text, 'b/c.ts': other }, check: report(text), shell: text };
        const { content, title } = await answer(given, name, input);
        if (typeof content !== 'string') throw new Error('All tools answer with text.');
        expect(content.isWellFormed() && title.isWellFormed()).toBe(true);
        expect(content.length).toBeLessThanOrEqual(64_000);
        expect(title.length).toBeLessThanOrEqual(600);
      }),
      longRun(300),
    );
  });
});
