import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, test } from 'vitest';
import { growthCases } from './growth-cases.ts';
import type { GrowthAnswer, GrowthFailure, GrowthRun } from './growth-worker.ts';
import { readers, readsNothing, watchedRooms } from './readers.ts';

/*
 * Whatever a file, a package, a command or a request holds, reading it takes time in proportion to its size: twice the size, at most three
 * times the steps. Two measures, each in a thread of its own:
 *
 * Steps are the blocks of JavaScript that V8 counts (precise coverage), libraries included: the same number in every run.
 *
 * They do not see what is native: a regular expression that backtracks, `indexOf`, `JSON.parse`. For those the CPU time of the thread is
 * compared with that of an eighth of the text, at the least of several runs. What is linear takes eight times as long, what is square 64
 * times; the limit lies between the two (three times for each doubling), and what is done at once is not compared. Other load on the
 * machine does not count as CPU time of the thread.
 */

const root = join(import.meta.dirname, '../..');

function openThread(measure: 'steps' | 'cpu') {
  const worker = new Worker(new URL('./growth-worker.ts', import.meta.url), {
    workerData: measure,
    // The log lines of refusals are nobody's to read.
    stdout: true,
  });
  return {
    run: (asked: GrowthRun): Promise<GrowthAnswer> =>
      new Promise<GrowthAnswer>((resolve, reject) => {
        worker.once('message', (answer: GrowthAnswer | GrowthFailure) =>
          'failed' in answer ? reject(new Error(answer.failed)) : resolve(answer),
        );
        worker.once('error', reject);
        worker.postMessage(asked);
      }).finally(() => worker.removeAllListeners('error')),
    close: () => worker.terminate(),
  };
}

const steps = openThread('steps');
const cpu = openThread('cpu');
afterAll(async () => {
  await Promise.all([steps.close(), cpu.close()]);
});

/** Characters of the smaller text whose steps are counted; the larger has four times as many. */
const countedChars = 12_500;
/** As what fewer steps count: some blocks run once in a thread, and some texts are read from a certain size on, up to a bound. */
const fewSteps = 4_000;
/** Characters of the smaller text whose CPU time is taken; the larger has eight times as many. */
const timedChars = 12_500;
/** Microseconds below which a run is not compared, and as what a shorter run counts: clocks of CPU time are coarse. */
const atOnce = 150_000;
const shortest = 15_000;
const attempts = 5;

describe('twice the text takes at most three times the steps', () => {
  test.each(growthCases.map(({ name }) => name))('%s', async (name) => {
    const counts: number[] = [];
    for (const chars of [countedChars, countedChars * 4]) {
      counts.push((await steps.run({ name, chars })).amount);
    }
    const [few = 0, many = 0] = counts;
    expect(many, `steps of 4 times the text, beside ${few}`).toBeLessThanOrEqual(9 * Math.max(few, fewSteps));

    let [small, large] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let attempt = 0; attempt < attempts; attempt++) {
      large = Math.min(large, (await cpu.run({ name, chars: timedChars * 8 })).amount);
      if (large <= atOnce) return;
      small = Math.min(small, (await cpu.run({ name, chars: timedChars })).amount);
      if (large <= 27 * Math.max(small, shortest)) return;
    }
    expect.fail(`8 times the text took ${large} µs, beside ${small} µs`);
  });
});

describe('the list', () => {
  const exempt = Object.values(readsNothing).flat();

  test.each(watchedRooms)('has every module of %s, once', (folder) => {
    const modules = readdirSync(join(root, folder)).filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'));
    const listed = [...readers, ...exempt].filter(
      (path) => path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/'),
    );
    expect(listed.sort()).toEqual(modules.map((file) => `${folder}/${file}`).sort());
  });

  test('has a case for every function that a reading module exports', async () => {
    const ran = new Set<string>();
    // A thread of its own: V8 does not count the calls of small functions once it has compiled them into others.
    const cold = openThread('steps');
    try {
      for (const { name } of growthCases) {
        // Long enough for what is read from a certain size on.
        const answer = await cold.run({ name, chars: 2_000 });
        for (const one of answer.ran) ran.add(one);
      }
    } finally {
      await cold.close();
    }
    const unread = readers.flatMap((path) => {
      const source = readFileSync(join(root, path), 'utf8');
      const names = [
        ...source.matchAll(
          /^export (?:async )?(?:function\*?|const) (\w+)(?= ?[(<]| = (?:async )?(?:\([^=]*=>|\w+ =>))/gm,
        ),
      ];
      return names.map(([, name]) => `${path} ${name}`).filter((one) => !ran.has(one));
    });
    expect(unread).toEqual([]);
  });
});
