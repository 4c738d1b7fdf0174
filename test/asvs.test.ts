import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const list = read('docs/asvs.md');
const summary = read('docs/security.md');
const known: Record<'1' | '2', string> = JSON.parse(read('test/fixtures/asvs-5.0.0.json'));

interface Requirement {
  id: string;
  level: number;
  state: string;
  words: string;
}

const requirements: Requirement[] = list
  .split('\n')
  .map((line) => /^\| (\d+\.\d+\.\d+) \| ([12]) \| (met|not met|n\.a\.) \| (.+) \|$/.exec(line))
  .flatMap((row) =>
    row ? [{ id: row[1] ?? '', level: Number(row[2]), state: row[3] ?? '', words: row[4] ?? '' }] : [],
  );

const idsIn = (state: string) => requirements.filter((one) => one.state === state).map(({ id }) => id);

/** The rows of a table of `docs/security.md`, by its first heading. */
function table(heading: string): string[][] {
  const lines = summary.split('\n');
  const start = lines.findIndex((line) => line.startsWith(`| ${heading} |`));
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(0, end === -1 ? undefined : end).map((line) => line.slice(2, -2).split(' | '));
}

/** `6.2.1 to 6.2.3, 7.1.1` as single ids. */
function expanded(text: string): string[] {
  return text.split(', ').flatMap((part) => {
    const [first = '', last = first] = part.split(' to ');
    const section = first.replace(/\d+$/, '');
    const [from, to] = [first, last].map((id) => Number(id.slice(section.length)));
    return Array.from({ length: (to ?? 0) - (from ?? 0) + 1 }, (_, at) => `${section}${(from ?? 0) + at}`);
  });
}

const sorted = (ids: readonly string[]) => [...ids].sort();

describe('the list of ASVS 5.0', () => {
  it.each(['1', '2'] as const)('has each requirement of level %s once', (level) => {
    const listed = requirements.filter((one) => String(one.level) === level).map(({ id }) => id);
    expect(listed).toEqual(known[level].split(' '));
  });

  it('names files and headings that are there', () => {
    for (const { id, words } of requirements) {
      const paths = [...words.matchAll(/`((?:[\w.-]+\/)+[\w.-]+)`/g)].map(([, path = '']) => path);
      expect(
        paths.filter((path) => !existsSync(join(root, path))),
        id,
      ).toEqual([]);
      for (const [, document = '', heading] of words.matchAll(/\]\((\w+\.md)\), "([^"]+)"/g))
        expect(read(`docs/${document}`), id).toMatch(new RegExp(`^###? ${heading}$`, 'm'));
    }
  });
});

it('level 1 is met as far as it applies, and level 2 but for what has a lasting reason', () => {
  const open = requirements.filter(({ state }) => state === 'not met');
  expect(open.filter(({ level }) => level === 1)).toEqual([]);
  expect(open.length).toBeLessThanOrEqual(6);
});

describe('the summary in security.md', () => {
  const chapters = table('chapter');
  const sum = (of: Requirement[], level: number) => {
    const here = of.filter((one) => one.level === level && one.state !== 'n.a.');
    return here.length === 0 ? '–' : `${here.filter(({ state }) => state === 'met').length} of ${here.length}`;
  };

  it('counts as the list does', () => {
    for (const [name = '', level1, level2, missing] of chapters.slice(0, -1)) {
      const chapter = /^V(\d+) /.exec(name)?.[1];
      const here = requirements.filter(({ id }) => id.split('.')[0] === chapter);
      const open = here.filter(({ state }) => state === 'not met').map(({ id }) => id);
      expect([level1, level2, missing], name).toEqual([sum(here, 1), sum(here, 2), open.join(', ') || '–']);
    }
    expect(chapters.length - 1).toBe(17);
    expect(chapters.at(-1)).toEqual([
      'all',
      sum(requirements, 1),
      sum(requirements, 2),
      String(idsIn('not met').length),
    ]);
  });

  it('gives a reason for each requirement that is not met', () => {
    const reasons = table('not met');
    expect(reasons.map(([id]) => id)).toEqual(idsIn('not met'));
    for (const [id, reason = ''] of reasons) expect(reason.length, id).toBeGreaterThan(10);
  });

  it('gives a reason for each group that does not apply', () => {
    const groups = table('not applicable');
    expect(sorted(groups.flatMap(([ids = '']) => expanded(ids)))).toEqual(sorted(idsIn('n.a.')));
  });
});
