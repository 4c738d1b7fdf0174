import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeFolder, normalizePath } from '../../src/workspace/workspace-path.ts';
import { longRun } from '../support/long-run.ts';

describe('normalizePath', () => {
  it.each([
    ['/app/src/App.tsx', 'src/App.tsx'],
    ['src/App.tsx', 'src/App.tsx'],
    ['./src/App.tsx', 'src/App.tsx'],
    ['/app//src/./App.tsx', 'src/App.tsx'],
    ['src/../index.html', 'index.html'],
    ['/app/src/x/../../index.html', 'index.html'],
    ['app/x', 'app/x'],
    ['a b/ü-日本.txt', 'a b/ü-日本.txt'],
    ['__proto__', '__proto__'],
    ['.env', '.env'],
    ['.github/x.yml', '.github/x.yml'],
    ['...', '...'],
  ])('brings %j to its one form', (input, path) => {
    expect(normalizePath(input)).toEqual({ ok: true, path });
  });

  it.each([
    '',
    ' ',
    '/',
    '/app',
    '/app/',
    '.',
    'src/',
    'src/.',
    '..',
    '../app/x',
    '/app/..',
    '/app/../etc/passwd',
    '/app/src/../../../etc/passwd',
    '/etc/passwd',
    '/application/x',
    '/src/App.tsx',
    '//etc/passwd',
    'src\\App.tsx',
    '..\\..\\x',
    'C:\\x',
    'a\0b',
    'a\nb',
    'a\u007fb',
    'a\u2028b',
    'gpj\u202e.tsx',
    'a\ud800b',
    '.git/config',
    'x/.GIT/hooks/pre-commit',
    'x'.repeat(241),
    `${'../'.repeat(5000)}x`,
  ])('refuses %j with a sentence', (input) => {
    const result = normalizePath(input);
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/^[A-Z/].*\.$/) });
  });

  it('allows 240 characters, and twice as many before they are brought to one form', () => {
    const tooLong = { ok: false, error: 'The path is too long: it may have 240 characters.' };
    const longest = { ok: true, path: 'x'.repeat(240) };
    expect(normalizePath('x'.repeat(240))).toEqual(longest);
    expect(normalizePath('x'.repeat(241))).toEqual(tooLong);
    expect(normalizePath(`${'./'.repeat(120)}${'x'.repeat(240)}`)).toEqual(longest);
    expect(normalizePath(`./${'./'.repeat(120)}${'x'.repeat(240)}`)).toEqual(tooLong);
    expect(normalizePath(`${'./'.repeat(240)}x`)).toEqual(tooLong);
  });

  it('names the first reason, for a directory too', () => {
    const refusal = (input: string) => normalizePath(input);
    expect(refusal('../')).toEqual({
      ok: false,
      error: 'The path ../ leaves the workspace. All files are in /app.',
    });
    expect(refusal('src/')).toEqual({ ok: false, error: 'The path src/ names a directory. Name a file in it.' });
    expect(refusal('/app/')).toEqual({ ok: false, error: '/app is the workspace itself. Name a file in it.' });
  });

  it('never leaves the workspace, and its result is a fixed point', () => {
    const segment = fc.oneof(
      fc.constantFrom('..', '.', '', 'app', 'src', '%2e%2e', '\\', '\0'),
      fc.string({ unit: 'binary' }),
    );
    fc.assert(
      fc.property(fc.array(segment), fc.boolean(), (segments, absolute) => {
        const result = normalizePath((absolute ? '/app/' : '') + segments.join('/'));
        if (!result.ok) return;
        expect(result.path.split('/')).not.toContain('..');
        expect(result.path.split('/')).not.toContain('');
        expect(normalizePath(result.path)).toEqual(result);
        expect(normalizePath(`/app/${result.path}`)).toEqual(result);
      }),
      longRun(100),
    );
  });
});

describe('normalizeFolder', () => {
  it.each([
    ['/app', ''],
    ['.', ''],
    ['src/', 'src'],
    ['/app/src', 'src'],
  ])('takes %j', (input, path) => expect(normalizeFolder(input)).toEqual({ ok: true, path }));
});
