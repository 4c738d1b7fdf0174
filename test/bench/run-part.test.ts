import { describe, expect, it } from 'vitest';
import { NotHere, type Part } from '../../bench/support/part.ts';
import { repeat } from '../../bench/support/repeat.ts';
import { type Run, row, runTable } from '../../bench/support/report.ts';
import { runPart, SharedStand } from '../../bench/support/run-part.ts';
import type { Stand } from '../../bench/support/stand.ts';

/** Stands that tell what becomes of them. */
function stands(): { shared: SharedStand; log: string[] } {
  const log: string[] = [];
  const shared = new SharedStand(async () => {
    log.push('started');
    return { close: async () => log.push('closed') } as unknown as Stand;
  });
  return { shared, log };
}

const never = new AbortController().signal;
const forever = new Promise<never>(() => undefined);
const oneRow: Part = { name: 'quick', run: async () => [row('quick.one', 'one', 'ms', [1])] };

/** A limit that strikes when it is told to. */
function manualLimit() {
  const controller = new AbortController();
  const strike = (): void => controller.abort(new Error('took longer than 60 s'));
  return { strike, limit: { signal: controller.signal, closingMs: 1, clear: () => undefined } };
}

describe('a part that takes too long', () => {
  it('is not measured, and what it started is closed, the newest first', async () => {
    const { shared, log } = stands();
    const { strike, limit } = manualLimit();
    const slow: Part = {
      name: 'slow',
      run: async ({ stand, onEnd }) => {
        await stand();
        onEnd(() => log.push('first thing closed'));
        onEnd(() => {
          log.push('second thing closed');
          throw new Error('It was broken.');
        });
        strike();
        return forever;
      },
    };
    const { rows, report } = await runPart(slow, shared, never, limit);
    expect(rows).toEqual([]);
    expect(report).toMatchObject({ name: 'slow', notMeasured: 'took longer than 60 s', isFault: true });
    expect(log).toEqual(['started', 'second thing closed', 'first thing closed', 'closed']);
  });

  it('leaves the next part a stand of its own', async () => {
    const { shared, log } = stands();
    const { strike, limit } = manualLimit();
    const user: Part = {
      name: 'user',
      run: async ({ stand }) => {
        await stand();
        return [];
      },
    };
    await runPart(user, shared, never);
    await runPart(user, shared, never);
    expect(log).toEqual(['started']);
    const slow: Part = {
      name: 'slow',
      run: () => {
        strike();
        return forever;
      },
    };
    await runPart(slow, shared, never, limit);
    await runPart(user, shared, never);
    expect(log).toEqual(['started', 'closed', 'started']);
  });

  it('closes at once what is ready only afterwards', async () => {
    const { shared, log } = stands();
    const { strike, limit } = manualLimit();
    const late = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    const slow: Part = {
      name: 'slow',
      run: async ({ onEnd }) => {
        strike();
        await late.promise;
        onEnd(() => log.push('closed late'));
        started.resolve();
        return forever;
      },
    };
    await runPart(slow, shared, never, limit);
    late.resolve();
    await started.promise;
    expect(log).toEqual(['closed late']);
  });

  it('gets no stand any more', async () => {
    const { shared, log } = stands();
    const { strike, limit } = manualLimit();
    const late = Promise.withResolvers<void>();
    const refused = Promise.withResolvers<unknown>();
    const slow: Part = {
      name: 'slow',
      run: async ({ stand }) => {
        strike();
        await late.promise;
        await stand().catch(refused.resolve);
        return forever;
      },
    };
    await runPart(slow, shared, never, limit);
    late.resolve();
    expect(await refused.promise).toBeInstanceOf(Error);
    expect(log).toEqual([]);
  });

  it('is not begun where the run was stopped before', async () => {
    const { shared } = stands();
    const { report } = await runPart(oneRow, shared, AbortSignal.abort(new Error('was interrupted')));
    expect(report.notMeasured).toBe('was interrupted');
  });
});

describe('a part that fails', () => {
  it('says why, and is a fault', async () => {
    const { shared } = stands();
    const broken: Part = { name: 'broken', run: () => Promise.reject(new Error('No such thing.')) };
    const { report } = await runPart(broken, shared, never);
    expect(report).toMatchObject({ notMeasured: 'No such thing.', isFault: true });
  });

  it('is one whose rows have another part’s keys', async () => {
    const { report } = await runPart({ ...oneRow, name: 'other' }, stands().shared, never);
    expect(report).toMatchObject({ notMeasured: 'quick.one is no key of the part other', isFault: true });
  });

  it('is no fault where the machine lacks something', async () => {
    const { shared } = stands();
    const absent: Part = { name: 'absent', run: () => Promise.reject(new NotHere('no engine')) };
    const { report } = await runPart(absent, shared, never);
    expect(report).toMatchObject({ notMeasured: 'no engine', isFault: false });
  });
});

it('closes a stand that a part leaves busy', async () => {
  const { shared, log } = stands();
  const spoiling: Part = {
    name: 'spoiling',
    spoilsStand: true,
    run: async ({ stand }) => {
      await stand();
      return [];
    },
  };
  await runPart(spoiling, shared, never);
  expect(log).toEqual(['started', 'closed']);
});

describe('repetitions', () => {
  /** How often something that takes so long is repeated within 100 ms of a clock that only it moves. */
  async function times(least: number, most: number, ms: number): Promise<number> {
    let left = 100;
    let count = 0;
    await repeat(
      { least, most },
      () => left,
      never,
      () => {
        count += 1;
        left -= ms;
      },
    );
    return count;
  }

  it('go on while the next one would end in time', async () => {
    expect(await times(1, 10, 30)).toBe(3);
  });

  it('are never fewer than the least, nor more than the most', async () => {
    expect(await times(2, 10, 1_000)).toBe(2);
    expect(await times(1, 4, 1)).toBe(4);
  });

  it('end with the part, even those that await nothing', async () => {
    const { strike, limit } = manualLimit();
    setImmediate(strike);
    await expect(
      repeat(
        { least: 1e9, most: 1e9 },
        () => 1,
        limit.signal,
        () => undefined,
      ),
    ).rejects.toThrow('took longer than 60 s');
  });
});

describe('the table', () => {
  const part = { seconds: 1, processorSeconds: 0.5, notMeasured: null, isFault: false };
  const run: Run = {
    ...{ benchmark: 'redraw', date: '2026-01-01', machine: 'Two cores.' },
    parts: [
      { ...part, name: 'quick' },
      { ...part, name: 'slow', notMeasured: 'took longer than 60 s', isFault: true },
    ],
    rows: [
      row('quick.late', 'late', 'ms', [9], { goal: 5 }),
      row('quick.soon', 'soon', 'ms', [4], { goal: 5 }),
      row('quick.score', 'score', 'points', [90], { goal: 95, better: 'higher' }),
    ],
  };

  it('shows goals, and which were missed', () => {
    const lines = runTable(run).split('\n');
    expect(lines.find((line) => line.startsWith('late'))).toMatch(/≤ 5 ms: MISSED$/);
    expect(lines.find((line) => line.startsWith('soon'))).toMatch(/≤ 5 ms: met$/);
    expect(lines.find((line) => line.startsWith('score'))).toMatch(/≥ 95: MISSED$/);
    expect(lines).toContain('Goals missed: late; score.');
  });

  it('has a line for a part that was not measured', () => {
    expect(runTable(run).split('\n')).toContain('slow: not measured: took longer than 60 s');
  });
});
