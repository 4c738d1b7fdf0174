import { beforeEach, describe, expect, it } from 'vitest';
import { emptySplit } from '../../src/credits/buckets.ts';
import { creditsSchema } from '../../src/credits/credits-schema.ts';
import { Entries, type EntryDraft } from '../../src/credits/entries.ts';
import { History } from '../../src/credits/history.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { nodeStore } from '../support/node-sql.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 10, 30);

let history: History;

beforeEach(() => {
  const store = nodeStore();
  createTables(store, creditsSchema);
  history = new History(store.sql);
  const entries = new Entries(store.sql);
  const add = (at: number, kind: EntryDraft['kind'], daily: number, about: Partial<EntryDraft> = {}) =>
    entries.append({ at: start + at, kind, split: { ...emptySplit(), daily }, ...about });
  add(0, 'grant', 10_000, { grant: 'daily 1' });
  add(1, 'turn', -300, {
    ...{ turn: 'a', session: 'tea', title: 'Tea', model: 'haiku' },
    tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
  });
  add(2, 'turn', -500, { turn: 'b', session: 'tea', title: 'Tea timer', model: 'opus' });
  add(3, 'turn', -900, { turn: 'c', session: 'map', title: 'Map', model: 'opus' });
  add(4, 'returned', 900, { turn: 'c', session: 'map', title: 'Map', model: 'opus' });
  add(day, 'expired', -9_200, { grant: 'daily 1' });
  add(day + 1, 'turn', -700, { turn: 'd', session: 'map', title: 'Map', model: 'haiku' });
});

const turns = (...args: Parameters<History['page']>) => history.page(...args).map(({ kind, turn }) => turn ?? kind);

describe('the history', () => {
  it('tells all of an entry, the newest first', () => {
    expect(turns({}, null)).toEqual(['d', 'expired', 'c', 'c', 'b', 'a', 'grant']);
    expect(history.page({}, null).at(-2)).toEqual({
      ...{ id: 2, at: start + 1, kind: 'turn', amount: -300, turn: 'a', session: 'tea', title: 'Tea', model: 'haiku' },
      ...{ split: { daily: -300, subscription: 0, pool: 0, bonus: 0 }, grant: null, why: null },
      tokens: { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 },
    });
  });

  it('is read page by page, none twice and none left out', () => {
    const pages: number[][] = [];
    let before: number | null = null;
    do {
      const page: number[] = history.page({}, before, 3).map(({ id }) => id);
      pages.push(page);
      before = page.at(-1) ?? null;
    } while (before !== null);
    expect(pages).toEqual([[7, 6, 5], [4, 3, 2], [1], []]);
  });

  it('is filtered by thread, model and time', () => {
    expect(turns({ session: 'tea' }, null)).toEqual(['b', 'a']);
    expect(turns({ model: 'haiku' }, null)).toEqual(['d', 'a']);
    expect(turns({ from: start + 2, to: start + 4 }, null)).toEqual(['c', 'b']);
    expect(turns({ session: 'map', model: 'opus', from: start }, null)).toEqual(['c', 'c']);
    expect(turns({ session: "' OR 1 --" }, null)).toEqual([]);
  });
});

describe('the summary', () => {
  it('adds up by thread what was not returned, by its newest title', () => {
    expect(history.summary('session', {})).toEqual([
      { key: 'tea', title: 'Tea timer', spent: 800, turns: 2 },
      { key: 'map', title: 'Map', spent: 700, turns: 2 },
    ]);
  });

  it('adds up by model and by day', () => {
    expect(history.summary('model', {}).map(({ key, spent }) => [key, spent])).toEqual([
      ['haiku', 1_000],
      ['opus', 500],
    ]);
    expect(history.summary('day', {}).map(({ key, spent, turns: of }) => [key, spent, of])).toEqual([
      ['2026-11-30', 800, 3],
      ['2026-12-01', 700, 1],
    ]);
    expect(history.summary('day', { from: start + day }).map(({ key }) => key)).toEqual(['2026-12-01']);
  });
});

describe('what a turn is compared with', () => {
  it('is what it has cost and was not returned', () => {
    expect([history.costOf('tea', 'b'), history.costOf('map', 'c'), history.costOf('tea', 'd')]).toEqual([500, 0, 0]);
  });

  it('is the median of at least three turns with the same model that wrote about as much', () => {
    const store = nodeStore();
    createTables(store, creditsSchema);
    const entries = new Entries(store.sql);
    const add = (turn: string, cost: number, output: number, model = 'haiku') =>
      entries.append({
        ...{ at: start, kind: 'turn', turn, session: 'tea', model, split: { ...emptySplit(), daily: -cost } },
        tokens: { input: 0, output, cacheRead: 0, cacheWrite: 0 },
      });
    const compared = new History(store.sql);
    add('a', 100, 1_000);
    add('b', 300, 2_000);
    expect(compared.medianCost('haiku', 1_000, 'z')).toBeNull();
    add('c', 400, 500);
    add('d', 9_000, 2_001);
    add('e', 9_000, 1_000, 'opus');
    expect(compared.medianCost('haiku', 1_000, 'z')).toBe(300);
    expect(compared.medianCost('haiku', 1_000, 'a')).toBeNull();
    add('f', 200, 1_000);
    expect(compared.medianCost('haiku', 1_000, 'z')).toBe(250);
  });
});
