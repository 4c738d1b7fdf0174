import { describe, expect, it } from 'vitest';
import { runEditTool } from '../../src/workspace/edit-tool.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { makeWorkspace } from './make-workspace.ts';

function search(workspace: Workspace, pattern: string, path?: string): string {
  const answer = runEditTool(workspace, 'search_files', { pattern, ...(path !== undefined && { path }) });
  return answer.ok ? answer.text : `refused: ${answer.error}`;
}

describe('search_files', () => {
  const { workspace } = makeWorkspace({
    'src/App.tsx': 'import x from "x";\r\n\r\n  const [count] = useState(0);\r\n',
    'src/lib/a.ts': 'export const a = 1;\nexport const ab = 22;\n',
    'index.html': '<title>count</title>',
  });
  workspace.write('logo.png', new Uint8Array([0, 99, 111, 117, 110, 116]));

  it.each([
    ['count', undefined, '/app/index.html:1: <title>count</title>\n/app/src/App.tsx:3: const [count] = useState(0);'],
    ['count', 'src', '/app/src/App.tsx:3: const [count] = useState(0);'],
    [
      'const \\w+ = \\d+;$',
      '/app',
      '/app/src/lib/a.ts:1: export const a = 1;\n/app/src/lib/a.ts:2: export const ab = 22;',
    ],
    ['\\bab\\b', 'src/lib/a.ts', '/app/src/lib/a.ts:2: export const ab = 22;'],
    [
      'useState(',
      undefined,
      '(This is no regular expression that RE2 takes: it was looked for as plain text.)\n/app/src/App.tsx:3: const [count] = useState(0);',
    ],
    [
      '(?=count)',
      undefined,
      '(This is no regular expression that RE2 takes: it was looked for as plain text.)\nNo line in /app matches.',
    ],
    ['nothing', 'src', 'No line in /app/src matches.'],
    ['x', 'source', 'refused: The path /app/source does not exist. View /app to see what is there.'],
    ['x', '../..', 'refused: The path ../.. leaves the workspace. All files are in /app.'],
  ])('finds %j in %s', (pattern, path, answer) => expect(search(workspace, pattern, path)).toBe(answer));

  it('bounds what it answers', () => {
    const { workspace } = makeWorkspace({ a: 'match\n'.repeat(1000), 'b.min.js': `match${'x'.repeat(100_000)}` });
    const answer = search(workspace, 'match');
    expect(answer.split('\n')).toHaveLength(201);
    expect(answer).toContain('more than 200 lines match');
    expect(search(workspace, 'match', 'b.min.js').length).toBeLessThan(400);
  });

  it('lists as many characters as fit, to the last one', () => {
    // 100 lines of 300 characters in the answer, the newline included.
    const line = (index: number) => 'match'.padEnd(299 - `/app/a:${index + 1}: `.length, 'x');
    const lines = Array.from({ length: 100 }, (_, index) => line(index));
    const listed = lines.map((line, index) => `/app/a:${index + 1}: ${line}`);
    const whole = makeWorkspace({ a: lines.join('\n') }).workspace;
    expect(search(whole, 'match')).toBe(listed.join('\n'));
    const longer = makeWorkspace({ a: `${lines.join('\n')}x` }).workspace;
    expect(search(longer, 'match')).toBe(
      `${listed.slice(0, -1).join('\n')}\n… more than 99 lines match. Make the pattern narrower, or give a path.`,
    );
  });

  it('looks at the first 2,000 characters of a line, in files of up to 1 MB', () => {
    const { workspace } = makeWorkspace({
      inside: `${'x'.repeat(1995)}match`,
      outside: `${'x'.repeat(1996)}match`,
      'as-large': 'match\n'.padEnd(1024 * 1024, 'x'),
      larger: 'match\n'.padEnd(1024 * 1024 + 1, 'x'),
    });
    expect(search(workspace, 'match').split('\n')).toEqual([
      '/app/as-large:1: match',
      `/app/inside:1: ${'x'.repeat(299)}…`,
    ]);
  });

  it('finds plain text in many megabytes', () => {
    const sentence = 'a long sentence that stands in one file only, and after all the others '.repeat(3).trim();
    const { workspace } = makeWorkspace({ z: `${sentence}\n` });
    for (const path of ['a', 'b', 'c'])
      workspace.write(path, new TextEncoder().encode(`${'x'.repeat(1999)}\n`.repeat(520)));
    expect(search(workspace, sentence)).toBe(`/app/z:1: ${sentence}`);
  });

  it('stops where a pattern takes too long, and says where', () => {
    const { workspace } = makeWorkspace({
      a: 'begin\n',
      b: `${'x'.repeat(2000)}\n`.repeat(100),
      c: 'begin\n',
    });
    const answer = search(workspace, '^begin(y{1000})?$');
    expect(answer).toBe(
      '/app/a:1: begin\n… stopped at /app/b: the search took too long. Use a simpler pattern, or give a path.',
    );
    expect(search(workspace, '^begin(y{10})?$')).toBe('/app/a:1: begin\n/app/c:1: begin');
    expect(search(workspace, '^begin(y{1000})?$', 'c')).toBe('/app/c:1: begin');
  });

  it.each(['(a+)+$', '(a|a)*b', '(a*)*c', '.*.*.*.*.*=', '(a?){50}a{50}b', '([a-z]+)*!x', '((a{30}){30}){2}b'])(
    'is not hung by %s',
    (pattern) => {
      const { workspace } = makeWorkspace({ a: `${'a'.repeat(1500)}!\n`.repeat(50) });
      expect(search(workspace, pattern)).toMatch(/No line|took too long|plain text/);
    },
  );
});
