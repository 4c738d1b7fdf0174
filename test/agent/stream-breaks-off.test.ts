import { describe, expect, it } from 'vitest';
import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { contents } from '../workspace/make-workspace.ts';
import { create, eventsOf, runScriptedTurn, transcriptOf, turnInput } from './support.ts';

const simulator = await useSimulator();

describe('a stream that breaks off', () => {
  it.each([
    ['ends early', { cut: 6 }],
    ['is closed', { cut: 6, cutMode: 'fin' as const }],
    ['is reset', { cut: 6, cutMode: 'reset' as const }],
    ['carries an error event', { streamError: { at: 6 } }],
  ])('is asked again when it %s, and what it streamed is taken back', async (_name, fault) => {
    const { outcome, journal, workspace } = await runScriptedTurn(simulator, [
      { content: ['I will build it.', create('/app/a.txt', 'first')], chunkSize: 4, ...fault },
      { content: ['I will build it.', create('/app/a.txt', 'second')] },
      { content: ['Done.'] },
    ]);
    expect(outcome.state).toBe('completed');
    expect(contents(workspace)).toEqual({ 'a.txt': 'second' });
    const types = journal.events.map(({ type }) => type);
    const discarded = types.indexOf('step_discarded');
    expect(types[discarded + 1]).toBe('api_retry');
    // A reset may drop data in flight.
    const reset = 'cutMode' in fault && fault.cutMode === 'reset';
    if (!reset || discarded >= 0) {
      expect(eventsOf(journal, 'step_discarded')).toEqual([{ turn: journal.turn, step: 1, fromSeq: 1 }]);
    }
    const retry = eventsOf(journal, 'api_retry')[0];
    expect(retry).toMatchObject({ httpStatus: null, attempt: 1, maxRetries: 3, retryDelayMs: 1 });
    expect(retry?.errorType).toBe('streamError' in fault ? 'overloaded_error' : null);
    expect(transcriptOf(journal)).toHaveLength(4);
  });

  it('ends the turn when it does so each time, and the visitor is not charged', async () => {
    simulator.script([{ content: ['Hello'], cut: 4 }], { repeatLast: true });
    const input = turnInput(simulator);
    expect(await runAgentLoop(input)).toEqual({ state: 'failed', blameless: true });
    expect(simulator.requests).toHaveLength(4);
    expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'upstream_unreachable', retryable: true }]);
  });

  it('is noticed when it falls silent', async () => {
    const { createClaude } = await import('../../src/claude/claude-client.ts');
    const claude = createClaude({
      credential: { kind: 'api_key', key: 'sk-test' },
      baseUrl: simulator.url,
      stallMs: 60,
    });
    const { outcome, journal } = await runScriptedTurn(
      simulator,
      [{ content: ['Hello'], hangAfter: 3 }, { content: ['Done.'] }],
      {
        claude,
      },
    );
    expect(outcome.state).toBe('completed');
    expect(eventsOf(journal, 'api_retry')).toMatchObject([{ httpStatus: null, errorType: null }]);
  });
});
