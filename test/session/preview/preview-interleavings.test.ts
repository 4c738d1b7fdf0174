import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Changes } from '../../../web/project/revision-changes.ts';
import type { View } from '../../../web/project/view.ts';
import { longRun } from '../../support/long-run.ts';
import { type Step, World } from './preview-model.ts';
import type { Faults } from './preview-model-page.ts';

beforeEach(() => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => vi.useRealTimers());

/** Resolves once everything that follows from the last action has happened. */
async function settled(): Promise<void> {
  for (let tick = 0; tick < 30; tick += 1) await null;
}

async function take(world: World, name: string): Promise<void> {
  const action = world.actions().find(([other]) => other === name);
  if (!action) throw new Error(`"${name}" cannot happen.`);
  action[1]();
  await settled();
}

interface Found {
  states: number;
  /** How many of the orders of events end with a report as the answer to the last check. */
  reports: number;
  /** The first order of events after which a check lied, and how it lied. */
  lie: string[] | null;
}

/** Tries every order of events, each state once. */
async function explore(script: readonly Step[], faults: Faults = {}, waits = 0): Promise<Found> {
  const seen = new Set<string>();
  const open: string[][] = [[]];
  let reports = 0;
  for (let path = open.pop(); path; path = open.pop()) {
    const world = new World(script, faults, waits, 1);
    for (const name of path) await take(world, name);
    // The first way on is taken in the same world; every other is taken later, from the beginning.
    for (;;) {
      if (world.lie !== null) return { states: seen.size, reports, lie: [...path, world.lie] };
      const state = world.state();
      if (seen.has(state)) break;
      seen.add(state);
      const [first, ...others] = world.actions().map(([name]) => name);
      if (first === undefined) {
        if (world.checks.at(-1)?.kind === 'report') reports += 1;
        break;
      }
      for (const other of others) open.push([...path, other]);
      path = [...path, first];
      await take(world, first);
    }
    world.close();
    vi.clearAllTimers();
  }
  return { states: seen.size, reports, lie: null };
}

const twoPrompts: Step[] = ['write page', 'check', 'end', 'write page', 'check', 'end'];
const newStyles: Step[] = ['write page', 'check', 'end', 'write style', 'check', 'end'];

describe('a check that is answered with a report is answered with one of the files as they are, in every order of events', () => {
  test.each<[string, Step[], number]>([
    ['two prompts', twoPrompts, 0],
    ['two prompts of which the second changes the styles', newStyles, 0],
    ['a second prompt while the first is still being shown', ['write page', 'end', 'write page', 'check'], 0],
    ['new styles while the page is still being shown', ['write page', 'end', 'write style', 'check'], 0],
    ['styles, and then the page', ['write page', 'announce', 'write style', 'check', 'write page', 'check'], 0],
    ['a check that ran out of time, and another', ['write page', 'check', 'write page', 'check'], 1],
    ['a project with a server', ['start server', 'write page', 'check', 'write page', 'check'], 0],
    ['a server that gets the files late', ['start server', 'write page', 'check'], 2],
    ['a server that is started', ['write page', 'check', 'start server', 'write style', 'check'], 1],
    [
      'a server that is started after new styles',
      ['write page', 'announce', 'write style', 'start server', 'check'],
      0,
    ],
    ['a server that is stopped', ['start server', 'write page', 'check', 'stop server', 'check'], 1],
  ])('%s', async (_, script, waits) => {
    const { reports, lie } = await explore(script, {}, waits);
    expect(lie).toBeNull();
    expect(reports).toBeGreaterThan(0);
  });
});

test('in long orders of events and with two pages, too', async () => {
  const step = fc.constantFrom<Step>(
    ...(['write page', 'write style', 'announce', 'check', 'check', 'end', 'start server', 'stop server'] as const),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 4, maxLength: 14 }),
      fc.integer({ min: 1, max: 2 }),
      fc.array(fc.nat(999), { minLength: 150, maxLength: 150 }),
      async (script, pages, choices) => {
        const world = new World([...script, 'check'], {}, 4, pages);
        for (const choice of choices) {
          const names = world.actions().map(([name]) => name);
          const name = names[choice % names.length];
          if (name === undefined) break;
          await take(world, name);
        }
        world.close();
        vi.clearAllTimers();
        expect(world.lie).toBeNull();
      },
    ),
    longRun(1_000),
  );
});

/** Takes no change at all for one that the app applies by itself. */
function vacuous({ preview }: View, after: number): Changes {
  const newer = preview.changes.filter(({ revision }) => revision > after);
  const paths = newer.flatMap((change) => change.paths ?? ['index.html']);
  const hot = newer.length === preview.revision - after && newer.every((change) => change.hot);
  return { paths: paths.length > 0 ? paths : ['index.html'], hot };
}

/** Believes the page at once. */
class ToldRevision {
  current: number;

  constructor(made: number) {
    this.current = made;
  }

  advance(_from: number, to: number, apply: () => Promise<boolean>): Promise<boolean> {
    this.current = to;
    return apply();
  }
}

describe('the model finds', () => {
  test.each<[string, Step[], Faults]>([
    ['a page that takes what it does not know for applied', twoPrompts, { changes: vacuous }],
    ['such a page, and documents that believe it', twoPrompts, { changes: vacuous, revision: ToldRevision }],
    ['documents that take on a revision before its styles', newStyles, { revision: ToldRevision }],
    [
      'a check that does not announce what was written',
      ['write page', 'end', 'write page', 'check'],
      { checksUnannounced: true },
    ],
  ])('%s', async (_, script, faults) => {
    expect((await explore(script, faults)).lie).not.toBeNull();
  });
});
