import { describe, expect, it } from 'vitest';
import { turnEnds } from '../../src/agent/turn-outcomes.ts';
import type { TurnFailure } from '../../src/claude/classify-failure.ts';

const failure: TurnFailure = {
  event: 'prompt_error',
  code: 'upstream_error',
  message: 'Claude had an error of its own.',
  retryable: true,
  fault: 'upstream',
  errorType: 'api_error',
  httpStatus: 500,
  resetsAt: null,
  fields: { retryAfter: 7 },
};

const failed = (code: string, message: string, retryable: boolean, blameless: boolean, fields: object = {}) => ({
  outcome: { state: 'failed', blameless },
  events: [{ type: 'prompt_error', data: { code, message, retryable, fields } }],
});

describe('the end of a turn', () => {
  it('has nothing to say where Claude is done, or the visitor has stopped it', () => {
    expect(turnEnds.completed).toEqual({ outcome: { state: 'completed', blameless: false }, events: [] });
    expect(turnEnds.stopped).toEqual({ outcome: { state: 'stopped', blameless: false }, events: [] });
  });

  it.each([
    [1_000, '1 second'],
    [30_400, '30 seconds'],
    [60_000, '1 minute'],
    [89_000, '1 minute'],
    [149_000, '2 minutes'],
    [900_000, '15 minutes'],
  ])('after %i ms says how long it took', (ms, words) => {
    const message = `This turn took ${words} without coming to its end, so it was ended here. What was written is kept; say what is still missing.`;
    expect(turnEnds.outOfTime(ms)).toEqual(
      failed('turn_limit', message, true, false, { reason: 'time', seconds: Math.round(ms / 1000) }),
    );
  });

  it('after too many steps, or in circles, is the visitor’s', () => {
    expect(turnEnds.outOfSteps(50)).toEqual(
      failed(
        'turn_limit',
        'This turn took 50 steps without coming to its end, so it was ended here. What was written is kept; say what is still missing.',
        true,
        false,
        { reason: 'steps', limit: 50 },
      ),
    );
    expect(JSON.stringify(turnEnds.outOfSteps(1))).toContain('took 1 step without');
    const repetition = { sentence: 'It failed twice.', fields: { reason: 'preview', problem: 'x' } };
    expect(turnEnds.goingInCircles(repetition)).toEqual(
      failed(
        'going_in_circles',
        'Claude is going in circles. It failed twice. Undo, say more about what you want, or ask for another way.',
        true,
        false,
        repetition.fields,
      ),
    );
  });

  it('by a failure of Claude is nobody’s fault, whoever pays', () => {
    for (const payer of ['connection', 'trial'] as const)
      expect(turnEnds.failed(failure, payer)).toEqual(
        failed('upstream_error', failure.message, true, true, failure.fields),
      );
  });

  it('by a failure of an account is the fault of its owner, and tells visitors nothing of the operator’s', () => {
    const refused: TurnFailure = { ...failure, fault: 'account', code: 'permission_denied', retryable: false };
    expect(turnEnds.failed(refused, 'connection')).toEqual(
      failed('permission_denied', failure.message, false, false, failure.fields),
    );
    expect(turnEnds.failed(refused, 'trial')).toEqual(
      failed(
        'operator_key_refused',
        'Claude refused the key of this site. Its operator has to look at it.',
        false,
        true,
      ),
    );
  });

  it('at the end of a credit says when there is some again, and is no fault of a guest', () => {
    const spent: TurnFailure = { ...failure, event: 'credit_exhausted', fault: 'account', resetsAt: 1_795_194_000_000 };
    const { message, errorType, httpStatus, resetsAt, fields } = spent;
    const exhausted = (payer: string, told: object) => ({
      outcome: { state: 'exhausted', blameless: payer === 'trial' },
      events: [{ type: 'credit_exhausted', data: { errorType, httpStatus, resetsAt, payer, ...told } }],
    });
    expect(turnEnds.failed(spent, 'connection')).toEqual(exhausted('connection', { message, fields }));
    expect(turnEnds.failed(spent, 'trial')).toEqual(
      exhausted('trial', {
        message: 'The key that this site shares is at its limit with Claude.',
        fields: { reason: 'shared_key' },
      }),
    );
    expect(turnEnds.failed(spent, 'trial', true)).toEqual(exhausted('trial', { message, fields }));
  });
});
