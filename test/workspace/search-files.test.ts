import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runEditTool } from '../../src/workspace/edit-tool.ts';
import { compilePattern, UnsupportedPattern } from '../../src/workspace/line-pattern.ts';
import type { Workspace } from '../../src/workspace/workspace.ts';
import { makeWorkspace } from './support.ts';

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
      '(This is no regular expression: it was looked for as plain text.)\n/app/src/App.tsx:3: const [count] = useState(0);',
    ],
    [
      '(?=count)',
      undefined,
      '(Look-around is not supported. The pattern was looked for as plain text.)\nNo line in /app matches.',
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

  it.each(['(a+)+$', '(a|a)*b', '(a*)*c', '.*.*.*.*.*=', '(a?){50}a{50}b', '([a-z]+)*!', '((a{30}){30}){2}b'])(
    'is not hung by %s',
    (pattern) => {
      const { workspace } = makeWorkspace({ a: `${'a'.repeat(2000)}!\n`.repeat(50) });
      const started = performance.now();
      search(workspace, pattern);
      expect(performance.now() - started).toBeLessThan(5_000);
    },
  );
});

describe('compilePattern', () => {
  const test = (pattern: string, line: string) => compilePattern(pattern)(line, { left: 1e7 });

  it.each([
    ['^a', 'ba', false],
    ['a$', 'ba', true],
    ['^$', '', true],
    ['a{2,3}b', 'xaaab', true],
    ['^a{2,3}b', 'aaaab', false],
    ['a{2}', 'aba', false],
    ['a{,2}', 'a{,2}', true],
    ['[^\\]"]+\\]', 'ab]', true],
    ['(?<name>x|yz)+!', 'xyzx!', true],
    ['\\$\\{', 'a ${b', true],
    ['\\x41\\u0042', 'AB', true],
    ['a|', 'zzz', true],
    ['\\Bb', 'ab', true],
    ['\\Bb', ' b', false],
    ['a.c', 'a\u2028c', false],
    ['use(State|Effect)\\(', 'useEffect(', true],
  ])('%s on %j: %s', (pattern, line, expected) => expect(test(pattern, line)).toBe(expected));

  it('agrees with the native engine', () => {
    const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$', '\\s', 'c');
    const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
      pattern: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => a + b),
        fc.tuple(tie('pattern'), tie('pattern')).map(([a, b]) => `(${a}|${b})`),
        fc
          .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,2}', '{1,}', '*?'))
          .map(([a, q]) => `(?:${a})${q}`),
      ),
    }));
    const line = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' ', '!'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, line, (source, text) => {
        expect(test(source, text)).toBe(new RegExp(source).test(text));
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['(?<=a)b', '(?!a)', '(a)\\1', '(?<n>a)\\k<n>', '(a{1000}){1000}', '(((){1999}){1999}){1999}', 'a{5000}'])(
    'does not take %s',
    (pattern) => expect(() => compilePattern(pattern)).toThrow(UnsupportedPattern),
  );

  it('throws on what is no pattern', () => expect(() => compilePattern('a(')).toThrow(SyntaxError));
});
