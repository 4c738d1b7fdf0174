import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { type EditToolName, editToolLine, isEditTool, runEditTool } from '../../src/workspace/edit-tool.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { longRun } from '../support/long-run.ts';
import { bytes, contents, makeWorkspace } from './make-workspace.ts';

const editor = 'str_replace_based_edit_tool';

/** Runs a call that must succeed. */
function does(workspace: Workspace, name: EditToolName, input: unknown) {
  const answer = runEditTool(workspace, name, input);
  if (!answer.ok) throw new Error(answer.error);
  return answer;
}

/** Runs a call that must fail, and asserts that nothing changed. */
function fails(workspace: Workspace, name: EditToolName, input: unknown): string {
  const before = contents(workspace);
  const answer = runEditTool(workspace, name, input);
  if (answer.ok) throw new Error(`It went through: ${answer.text}`);
  expect(contents(workspace)).toEqual(before);
  return answer.error;
}

describe('view', () => {
  const { workspace } = makeWorkspace({
    'src/App.tsx': 'one\ntwo\nthree\n',
    'src/deep/er/x.ts': '',
    'src/deep/y.ts': 'y',
    'no-newline.txt': 'a\r\nb',
    '.env': 'SECRET',
    'node_modules/x/index.js': '',
  });
  workspace.write('logo.png', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0]));
  workspace.write('data.bin', new Uint8Array([0xff, 0xfe]));
  const view = (path: string, view_range?: number[]) =>
    does(workspace, editor, { command: 'view', path, ...(view_range && { view_range }) });

  it('shows a file as cat -n does', () => {
    expect(view('/app/src/App.tsx')).toEqual({
      ok: true,
      line: { verb: 'view', title: 'Look at src/App.tsx', path: 'src/App.tsx', fields: {} },
      changes: [],
      text: "Here's the result of running `cat -n` on /app/src/App.tsx:\n     1\tone\n     2\ttwo\n     3\tthree",
    });
    expect(view('no-newline.txt').text).toContain('     1\ta\n     2\tb');
    expect(view('src/deep/er/x.ts').text).toBe('/app/src/deep/er/x.ts is empty.');
  });

  it.each([
    [[2, 3], '     2\ttwo\n     3\tthree'],
    [[3, -1], '     3\tthree'],
    [[2, 99], '     2\ttwo\n     3\tthree'],
    [[1, 1], '     1\tone'],
  ])('shows the range %j', (range, lines) => {
    expect(view('src/App.tsx', range).text).toBe(
      `Here's the result of running \`cat -n\` on /app/src/App.tsx:\n${lines}`,
    );
  });

  it.each([
    [
      [0, 2],
      'Invalid `view_range`: [0, 2]. Its first element `0` should be within the range of lines of the file: [1, 3]',
    ],
    [[4, 5], 'Invalid `view_range`: [4, 5].'],
    [[3, 2], 'Invalid `view_range`: [3, 2]. Its second element `2`'],
  ])('refuses the range %j', (range, error) => {
    expect(fails(workspace, editor, { command: 'view', path: 'src/App.tsx', view_range: range })).toContain(error);
  });

  it('lists a directory two levels deep, without what is hidden', () => {
    expect(view('/app').text.split('\n')).toEqual([
      "Here're the files and directories up to 2 levels deep in /app, excluding hidden items and node_modules:",
      '/app/data.bin (2 bytes)',
      '/app/logo.png (5 bytes)',
      '/app/no-newline.txt (4 bytes)',
      '/app/src/',
      '/app/src/App.tsx (14 bytes)',
      '/app/src/deep/',
    ]);
    expect(view('/app/src/').text.split('\n').slice(1)).toEqual([
      '/app/src/App.tsx (14 bytes)',
      '/app/src/deep/',
      '/app/src/deep/er/',
      '/app/src/deep/y.ts (1 bytes)',
    ]);
    expect(does(makeWorkspace().workspace, editor, { command: 'view', path: '/app' }).text).toContain('(no files)');
    expect(fails(workspace, editor, { command: 'view', path: '/app', view_range: [1, 2] })).toContain('not allowed');
  });

  it('says so where there is no text', () => {
    expect(view('logo.png').text).toContain('an image of 5 bytes');
    expect(view('data.bin').text).toContain('a binary file of 2 bytes');
  });

  it('cuts what is too long, and says where', () => {
    const { workspace } = makeWorkspace({ long: 'x'.repeat(95).concat('\n').repeat(2000), wide: 'y'.repeat(200_000) });
    const { text } = does(workspace, editor, { command: 'view', path: 'long' });
    expect(text.length).toBeLessThan(61_000);
    expect(text).toMatch(/cut after line (\d+) of 2000\. Use view_range/);
    const wide = does(workspace, editor, { command: 'view', path: 'wide' }).text;
    expect(wide.length).toBeLessThan(61_000);
    expect(wide).toContain('cut in line 1 of 1');
  });

  it('names what is similar where there is no such file', () => {
    const missing = (path: string) => fails(workspace, editor, { command: 'view', path });
    expect(missing('src/app.tsx')).toBe('The path /app/src/app.tsx does not exist. Did you mean /app/src/App.tsx?');
    expect(missing('App.jsx')).toContain('/app/src/App.tsx');
    expect(missing('components/y.ts')).toContain('/app/src/deep/y.ts');
    expect(missing('utterly-different.md')).toContain('View /app');
    expect(missing('/etc/passwd')).toContain('outside the workspace');
  });
});

describe('create', () => {
  it('writes a file with the folders above it, over what was there', () => {
    const { workspace } = makeWorkspace({ 'a.txt': 'old' });
    const { text, changes, line } = does(workspace, editor, {
      command: 'create',
      path: '/app/src/ui/Button.tsx',
      file_text: 'x\r\ny',
    });
    expect(text).toBe('File created successfully at: /app/src/ui/Button.tsx');
    expect(line.title).toBe('Write src/ui/Button.tsx');
    expect(changes).toMatchObject([{ path: 'src/ui/Button.tsx', change: 'written', bytes: 4 }]);
    does(workspace, editor, { command: 'create', path: 'a.txt', file_text: '' });
    expect(contents(workspace)).toEqual({ 'a.txt': '', 'src/ui/Button.tsx': 'x\r\ny' });
  });

  it('counts the lines that it adds and removes, unless there was no text', () => {
    const { workspace } = makeWorkspace({ text: 'a\nb\nc\n', bin: '\0' });
    const create = (path: string) => does(workspace, editor, { command: 'create', path, file_text: 'a\nx\n' }).changes;
    const written = (path: string) => ({ ...workspace.stat(path), change: 'written' });
    expect(create('new')).toEqual([{ ...written('new'), added: 2, removed: 0 }]);
    expect(create('text')).toEqual([{ ...written('text'), added: 1, removed: 2 }]);
    expect(create('bin')).toEqual([written('bin')]);
  });

  it('takes a text of as many bytes as a text file may have', () => {
    const { workspace } = makeWorkspace();
    const file_text = `${'ü'.repeat(limits.textFileBytes / 2)}`;
    does(workspace, editor, { command: 'create', path: 'a', file_text });
    expect(fails(workspace, editor, { command: 'create', path: 'a', file_text: `${file_text}x` })).toBe(
      'A text file may have 1048576 bytes, this one would have 1048577. Split it.',
    );
  });

  it('refuses folders, paths outside, texts that are too large and calls without text', () => {
    const { workspace } = makeWorkspace({ 'src/a.ts': '' });
    const create = (path: string, file_text?: string) =>
      fails(workspace, editor, { command: 'create', path, file_text });
    expect(create('src', 'x')).toContain('is a directory');
    expect(create('src/', 'x')).toContain('names a directory');
    expect(create('../x', 'x')).toContain('leaves the workspace');
    expect(create('big', 'x'.repeat(limits.textFileBytes + 1))).toContain('Split it');
    expect(create('x')).toContain('file_text');
  });
});

describe('str_replace', () => {
  const replace = (path: string, old_str: string, new_str?: string) => ({
    command: 'str_replace',
    path,
    old_str,
    new_str,
  });

  it('replaces the one match, counts its lines and shows four lines on each side', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const { workspace } = makeWorkspace({ 'a.ts': lines.join('\n') });
    const { text, changes } = does(workspace, editor, replace('a.ts', 'line 10', 'ten\nand a half'));
    const shown = [...lines.slice(5, 9), 'ten', 'and a half', ...lines.slice(10, 14)];
    expect(text.split('\n')).toEqual([
      "The file /app/a.ts has been edited. Here's the result of running `cat -n` on a snippet of /app/a.ts:",
      ...shown.map((line, index) => `${String(index + 6).padStart(6)}\t${line}`),
    ]);
    expect(changes).toMatchObject([{ path: 'a.ts', change: 'written', added: 2, removed: 1 }]);
    expect(contents(workspace)['a.ts']).toBe(lines.join('\n').replace('line 10', 'ten\nand a half'));
  });

  it('cuts lines of more than 1,000 characters in what it shows', () => {
    const { workspace } = makeWorkspace({ a: `${'x'.repeat(1000)}\n${'y'.repeat(1001)}\nend` });
    expect(
      does(workspace, editor, replace('a', 'end', 'END'))
        .text.split('\n')
        .slice(1),
    ).toEqual([`     1\t${'x'.repeat(1000)}`, `     2\t${'y'.repeat(1000)}… [1 more characters]`, '     3\tEND']);
  });

  it('deletes where new_str is empty or absent', () => {
    const { workspace } = makeWorkspace({ a: 'one two three', b: 'one two three' });
    does(workspace, editor, replace('a', ' two', ''));
    does(workspace, editor, replace('b', ' two'));
    expect(contents(workspace)).toEqual({ a: 'one three', b: 'one three' });
  });

  it.each(['$&', '$1', '$$', "$'", '$`', '\\n', '$<x>'])('takes %j as it stands', (text) => {
    const { workspace } = makeWorkspace({ a: 'x.*x' });
    does(workspace, editor, replace('a', '.*', text));
    expect(contents(workspace).a).toBe(`x${text}x`);
  });

  it('says how many matches there are and in which lines', () => {
    const { workspace } = makeWorkspace({ a: 'x = 1\ny\nx = 1\n', b: 'aaa' });
    expect(fails(workspace, editor, replace('a', 'x = 1', 'x = 2'))).toBe(
      'No replacement was performed. Multiple occurrences of old_str `x = 1`: 2 in /app/a, in lines 1, 3. ' +
        'Please ensure it is unique: include more of the lines around it.',
    );
    expect(fails(workspace, editor, replace('b', 'aa', 'b'))).toContain(': 2 in /app/b');
  });

  it('says why there is none', () => {
    const { workspace } = makeWorkspace({ a: 'function f() {\n\treturn 1;\n}\n', bin: '\0' });
    const none = (old: string) => fails(workspace, editor, replace('a', old, 'z'));
    expect(none('return 2;')).toContain(
      'No replacement was performed, old_str `return 2;` did not appear verbatim in /app/a.',
    );
    expect(none('    return 1;\n}')).toContain('Its first line stands in line 2, but white space');
    expect(none('     2\t\treturn 1;')).toContain('line numbers of a view');
    expect(none('')).toContain('old_str is empty');
    expect(fails(workspace, editor, replace('a', 'return', 'return'))).toContain('are the same');
    expect(fails(workspace, editor, replace('bin', 'a', 'b'))).toContain('not a text file');
    expect(fails(workspace, editor, replace('b', 'a', 'b'))).toContain('does not exist');
  });

  it('keeps CR LF, a byte-order mark and a missing final newline', () => {
    const { workspace } = makeWorkspace({ crlf: '\ufeffa\r\nb\r\nc', mixed: 'a\nb\r\nc\r\nd\n' });
    does(workspace, editor, replace('crlf', 'a\nb', 'a\nA\nb'));
    expect(contents(workspace).crlf).toBe(text('\ufeffa\r\nA\r\nb\r\nc'));
    does(workspace, editor, replace('mixed', 'b\nc', 'B\nC'));
    expect(contents(workspace).mixed).toBe('a\nB\r\nC\r\nd\n');
    does(workspace, editor, replace('mixed', 'a\nB', 'a\nb'));
    expect(contents(workspace).mixed).toBe('a\nb\r\nC\r\nd\n');
  });

  it('changes nothing but the match, in any text', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.string({ minLength: 1 }),
        fc.string(),
        fc.string(),
        (head, old, tail, replacement) => {
          const before = `${head}«${old}»${tail}`.replaceAll('\0', '').replaceAll('\r', '');
          const wanted = `«${old}»`.replaceAll('\0', '').replaceAll('\r', '');
          fc.pre(before.indexOf(wanted) === before.lastIndexOf(wanted) && wanted !== replacement);
          const { workspace } = makeWorkspace({ a: before });
          does(workspace, editor, replace('a', wanted, replacement));
          expect(contents(workspace).a).toBe(before.split(wanted).join(replacement));
        },
      ),
      longRun(100),
    );
  });
});

/** The text as `contents` gives it: `TextDecoder` drops a byte-order mark. */
const text = (value: string) => value.replace(/^\ufeff/, '');

describe('insert', () => {
  it('puts lines into a file and shows what is around them', () => {
    const { workspace } = makeWorkspace({ a: 'a\nb\n' });
    const { text, line } = does(workspace, editor, { command: 'insert', path: 'a', insert_line: 1, insert_text: 'x' });
    expect(contents(workspace).a).toBe('a\nx\nb\n');
    expect(line.title).toBe('Edit a');
    expect(text).toBe(
      "The file /app/a has been edited. Here's the result of running `cat -n` on a snippet of /app/a:\n     1\ta\n     2\tx\n     3\tb",
    );
  });

  it.each([-1, 3, 1.5])('refuses line %d', (insert_line) => {
    const { workspace } = makeWorkspace({ a: 'a\nb\n' });
    expect(fails(workspace, editor, { command: 'insert', path: 'a', insert_line, insert_text: 'x' })).toBe(
      `Invalid \`insert_line\` parameter: ${insert_line}. It should be within the range of lines of the file: [0, 2]`,
    );
  });
});

describe('our own tools', () => {
  it('delete and rename files', () => {
    const { workspace } = makeWorkspace({ 'a.ts': 'a', 'b/c.ts': 'c', 'src/d.ts': 'd' });
    expect(does(workspace, 'rename_file', { from: '/app/a.ts', to: 'src/a.ts' })).toMatchObject({
      text: 'Renamed /app/a.ts to /app/src/a.ts.',
      line: { verb: 'rename', title: 'Rename a.ts to src/a.ts', path: 'a.ts', fields: { to: 'src/a.ts' } },
      changes: [{ path: 'src/a.ts', from: 'a.ts', change: 'renamed' }],
    });
    expect(does(workspace, 'delete_file', { path: 'b/c.ts' })).toMatchObject({
      line: { title: 'Delete b/c.ts' },
      changes: [{ path: 'b/c.ts', change: 'deleted' }],
    });
    expect(contents(workspace)).toEqual({ 'src/a.ts': 'a', 'src/d.ts': 'd' });
    expect(fails(workspace, 'delete_file', { path: 'src' })).toContain('is a directory');
    expect(fails(workspace, 'delete_file', { path: 'src/zz.css' })).toContain('does not exist');
    expect(fails(workspace, 'rename_file', { from: 'a.tsx', to: 'x' })).toContain('Did you mean /app/src/a.ts?');
    expect(fails(workspace, 'rename_file', { from: 'src/a.ts', to: '/tmp/x' })).toContain('outside the workspace');
    expect(fails(workspace, 'rename_file', { from: 'src/a.ts', to: 'src' })).toContain('is a directory');
  });
});

describe('any call', () => {
  it('answers with a sentence, whatever its input', () => {
    const { workspace } = makeWorkspace({ 'a.ts': 'a' });
    expect(fails(workspace, editor, { command: 'undo_edit', path: 'a.ts' })).toContain('command');
    expect(fails(workspace, editor, { command: 'view' })).toContain('path');
    fc.assert(
      fc.property(
        fc.constantFrom<EditToolName>(editor, 'delete_file', 'rename_file', 'search_files'),
        fc.anything(),
        (name, input) => {
          const answer = runEditTool(workspace, name, input);
          expect(answer.ok || answer.error).toBeTruthy();
          expect(editToolLine(name, input).title).toMatch(/./);
        },
      ),
      longRun(100),
    );
  });

  it('throws what is no answer for Claude: a storage that has lost the content of a file', () => {
    const { store, workspace } = makeWorkspace({ 'a.ts': 'a' });
    store.sql.exec('DELETE FROM blob');
    expect(() => runEditTool(workspace, editor, { command: 'view', path: 'a.ts' })).toThrow(/of a\.ts is missing\.$/);
  });

  it('is ours only by its exact name', () => {
    expect(isEditTool('delete_file')).toBe(true);
    for (const name of ['bash', 'toString', '__proto__', '']) expect(isEditTool(name)).toBe(false);
  });

  it('has a title before its input is complete', () => {
    expect(editToolLine(editor, { command: 'create' }).title).toBe('Write a file');
    expect(editToolLine('search_files', undefined).title).toBe('Search for “”');
    expect(editToolLine(editor, { command: 'view', path: '/app' }).title).toBe('Look at the files');
  });
});

it('keeps the bytes of a file that it does not touch in an edit', () => {
  const { workspace } = makeWorkspace();
  workspace.write('bom.txt', bytes('\ufeffa\r\nb'));
  does(workspace, editor, { command: 'str_replace', path: 'bom.txt', old_str: 'b', new_str: 'c' });
  expect(workspace.read('bom.txt')).toEqual(bytes('\ufeffa\r\nc'));
});
