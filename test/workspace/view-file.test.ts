import { describe, expect, it } from 'vitest';
import { numberedWithin, viewFolder } from '../../src/workspace/view-file.ts';

describe('numbered lines', () => {
  // Each takes its text, a number of six characters, a tab and a newline.
  const lines = ['one', 'two', 'three'];

  it('are all shown where they fit to the last character', () => {
    expect(numberedWithin(lines, 7, 20, 3 * 8 + 11)).toBe('     7\tone\n     8\ttwo\n     9\tthree');
  });

  it('end before the line that does not fit, with the number of the last one shown', () => {
    expect(numberedWithin(lines, 7, 20, 3 * 8 + 10)).toBe(
      '     7\tone\n     8\ttwo\n… cut after line 8 of 20. Use view_range to see more.',
    );
  });

  it('count numbers of more than six digits whole', () => {
    expect(numberedWithin(['a', 'b'], 1_234_567, 1_234_568, 20)).toBe('1234567\ta\n1234568\tb');
    expect(numberedWithin(['a', 'b'], 1_234_567, 1_234_568, 19)).toContain('cut after line 1234567 of 1234568');
  });

  it('show as much of a first line that is too long as fits', () => {
    expect(numberedWithin(['x'.repeat(100), 'y'], 4, 5, 30)).toBe(
      `     4\t${'x'.repeat(22)}\n… cut in line 4 of 5, which is very long.`,
    );
  });
});

describe('a folder', () => {
  const heading = (folder: string) =>
    `Here're the files and directories up to 2 levels deep in ${folder}, excluding hidden items and node_modules:\n`;
  const fileAt = (path: string) => ({ path, bytes: 1, hash: '' });
  const numbered = (count: number) =>
    Array.from({ length: count }, (_, index) => fileAt(`f${String(index).padStart(3, '0')}`));

  it('is listed in order, each folder once', () => {
    expect(viewFolder('', ['z', 'b/y', 'b/a/x', 'a', 'b/a/w'].map(fileAt))).toBe(
      `${heading('/app')}/app/a (1 bytes)\n/app/b/\n/app/b/a/\n/app/b/y (1 bytes)\n/app/z (1 bytes)`,
    );
  });

  it('shows 300 entries, and says how many more there are', () => {
    const whole = viewFolder('', numbered(300)).split('\n');
    expect(whole).toHaveLength(301);
    expect(whole.at(-1)).toBe('/app/f299 (1 bytes)');
    const cut = viewFolder('', numbered(302)).split('\n');
    expect(cut.slice(0, -1)).toEqual(whole);
    expect(cut.at(-1)).toBe('… and 2 more.');
  });

  it('shows 30,000 characters, however long the names', () => {
    // 120 entries of 250 characters, the newline included.
    const name = (index: number) => String(index).padStart(3, '0').padEnd(234, 'x');
    const files = Array.from({ length: 120 }, (_, index) => fileAt(name(index)));
    const whole = viewFolder('', files);
    expect(whole).toHaveLength(heading('/app').length + 30_000 - 1);
    expect(whole).toMatch(/\/app\/119x+ \(1 bytes\)$/);
    const cut = viewFolder('', [...files.slice(0, -1), fileAt(`${name(119)}x`)]);
    expect(cut).toMatch(/\/app\/118x+ \(1 bytes\)\n… and 1 more\.$/);
  });
});
