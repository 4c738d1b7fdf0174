import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import type { Clock } from '../../src/agent/clock.ts';
import { turnLimits } from '../../src/agent/turn-limits.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { create, eventsOf, instantClock, runScriptedTurn, type TurnOptions, turnInput } from './support.ts';

const simulator = await useSimulator();

describe('the time of a turn', () => {
  const start = 1_795_000_000_000;

  /** A turn at this age, and for how long it is given a deadline. */
  async function turnAt(age: number, options: TurnOptions = {}) {
    simulator.script([{}], { repeatLast: true });
    const waits: number[] = [];
    let left = 0;
    const clock: Clock = {
      ...instantClock,
      now: () => start + age,
      after: (ms) => {
        waits.push(ms);
        left++;
        return () => {
          left--;
        };
      },
    };
    const journal = new MemoryJournal('turn', [{ role: 'user', content: 'x' }], start);
    const outcome = await runAgentLoop(turnInput(simulator, { turn: 'turn', clock, journal, ...options }));
    return { outcome, waits, left, requests: simulator.requests.length, error: eventsOf(journal, 'prompt_error')[0] };
  }

  it('is counted from its start, also when it goes on after a crash', async () => {
    expect(await turnAt(10_000)).toEqual({
      outcome: { state: 'completed', blameless: false },
      waits: [turnLimits.ms - 10_000],
      left: 0,
      requests: 1,
      error: undefined,
    });
    simulator.reset();
    expect((await turnAt(turnLimits.ms - 1)).waits).toEqual([1]);
  });

  it('may be over before it goes on: nothing is asked then', async () => {
    for (const age of [turnLimits.ms, turnLimits.ms + 5_000])
      expect(await turnAt(age)).toEqual({
        outcome: { state: 'failed', blameless: false },
        waits: [0],
        left: 0,
        requests: 0,
        error: {
          code: 'turn_limit',
          message:
            'This turn took 15 minutes without coming to its end, so it was ended here. What was written is kept; say what is still missing.',
          retryable: true,
          fields: { reason: 'time', seconds: 900 },
        },
      });
  });

  it('is not spoken of where the visitor has stopped the turn', async () => {
    expect(await turnAt(0, { signal: AbortSignal.abort() })).toMatchObject({
      outcome: { state: 'stopped', blameless: false },
      requests: 0,
      left: 0,
      error: undefined,
    });
  });
});

it('so many steps are as many replies, and one more is not asked for', async () => {
  const limits = { ...turnLimits, steps: 2 };
  const answers: Answer[] = [{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }];
  expect((await runScriptedTurn(simulator, answers, { limits })).outcome.state).toBe('completed');
  simulator.reset();
  const { journal } = await runScriptedTurn(simulator, answers, { limits: { ...turnLimits, steps: 1 } });
  expect(simulator.requests).toHaveLength(1);
  expect(eventsOf(journal, 'prompt_error')[0]?.message).toMatch(/^This turn took 1 step without/);
});
