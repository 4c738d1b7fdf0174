import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import type { AccountDetail, SessionDetail } from '../../../src/protocol/resources.ts';
import type { Project } from '../../../web/project/project.ts';
import { emptyView, type Turn, type View } from '../../../web/project/view.ts';
import { hour, memoryStorage, now, rateLimit, visitor } from './rate-limits.ts';

const opus = 'claude-opus-5';
const haiku = 'claude-haiku-5-5';
const step = { step: 1, blocks: [] };

const exhausted = (rest: Partial<EventData<'credit_exhausted'>> = {}): EventData<'credit_exhausted'> => ({
  message: 'You have hit your limit.',
  errorType: 'rate_limit_error',
  httpStatus: 429,
  resetsAt: now + hour,
  payer: 'connection',
  ...rest,
});

/** A turn of the visitor's own account that ended at its limit. */
const turn = (rest: Partial<Turn> = {}): Turn =>
  ({
    id: 't',
    prompt: 'A timer',
    model: opus,
    payer: 'connection',
    steps: [],
    exhausted: exhausted(),
    ...rest,
  }) as Turn;

const fine = (rest: Partial<Turn> = {}) => turn({ exhausted: null, ...rest });

const projectOf = (view: Partial<View>, model: string | null = opus) =>
  ({
    view: signal({ ...emptyView, ...view }),
    detail: signal(model === null ? null : ({ model } as SessionDetail)),
  }) as unknown as Project;

type Overlay = typeof import('../../../web/limits/limit-overlay-state.ts');
let overlay: Overlay;
let storage: ReturnType<typeof memoryStorage>;

/** The page is loaded: the module reads what was dismissed before. */
async function load(): Promise<void> {
  vi.resetModules();
  overlay = await import('../../../web/limits/limit-overlay-state.ts');
}

beforeEach(async () => {
  storage = memoryStorage();
  vi.stubGlobal('localStorage', storage);
  await load();
});
afterEach(() => void vi.unstubAllGlobals());

const overlayOf = (view: Partial<View>, me: AccountDetail | null = visitor(), model: string | null = opus) =>
  overlay.limitOverlayOf(projectOf(view, model), me, now);

describe('a turn that ended at the limit', () => {
  it('shows what Claude said, until when, and that sending waits for it', () => {
    const own = rateLimit();
    expect(overlayOf({ turn: turn() }, visitor({ rateLimit: own }))).toEqual({
      key: 't',
      isOwn: true,
      turn: turn(),
      canContinue: false,
      message: 'You have hit your limit.',
      reason: null,
      opensAt: now + hour,
      limit: own,
      family: null,
      isLocked: true,
      isEvaded: false,
    });
  });

  it('locks nothing once the limit has reset, or where Claude gave no time', () => {
    const at = (resetsAt: number | null) => overlayOf({ turn: turn({ exhausted: exhausted({ resetsAt }) }) });
    expect(at(now + 1)).toMatchObject({ opensAt: now + 1, isLocked: true });
    expect(at(now)).toMatchObject({ opensAt: now, isLocked: false });
    expect(at(null)).toMatchObject({ opensAt: null, isLocked: false });
  });

  it('waits for the later one of its own time and the account’s', () => {
    const later = rateLimit({ resetsAt: now + 2 * hour, rateLimitType: 'seven_day' });
    expect(overlayOf({ turn: turn() }, visitor({ rateLimit: later }))).toMatchObject({
      opensAt: now + 2 * hour,
      limit: later,
    });
    const sooner = rateLimit({ resetsAt: now + 1 });
    expect(overlayOf({ turn: turn() }, visitor({ rateLimit: sooner }))?.opensAt).toBe(now + hour);
    const untimed = { turn: turn({ exhausted: exhausted({ resetsAt: null }) }) };
    expect(overlayOf(untimed, visitor({ rateLimit: later }))).toMatchObject({
      opensAt: now + 2 * hour,
      isLocked: true,
    });
  });

  it('names the report that came with it before the account’s, and no other', () => {
    const reported = rateLimit({ utilization: 1 });
    const me = visitor({ rateLimit: rateLimit({ utilization: 2 }) });
    expect(overlayOf({ turn: turn(), rateLimit: reported }, me)?.limit).toBe(reported);
    for (const other of [rateLimit({ status: 'allowed_warning' }), rateLimit({ resetsAt: now + 1 })]) {
      expect(overlayOf({ turn: turn(), rateLimit: other }, visitor())?.limit).toBeNull();
    }
  });

  it('can be continued where it had begun, or one before it that the limit ended', () => {
    const begun = { steps: [step] };
    expect(overlayOf({ turn: turn(begun) })?.canContinue).toBe(true);
    expect(overlayOf({ turn: turn(), earlier: [turn(begun), turn()] })?.canContinue).toBe(true);
    expect(overlayOf({ turn: turn(), earlier: [turn(begun), fine(begun), turn()] })?.canContinue).toBe(false);
  });
});

describe('who the limit belongs to', () => {
  const shared = turn({ payer: 'trial', exhausted: exhausted({ payer: 'trial' }) });

  it('is the operator, where the operator paid: then the visitor’s own limit is another matter', () => {
    const me = visitor({ payer: 'trial', rateLimit: rateLimit({ resetsAt: now + 9 * hour }) });
    expect(overlayOf({ turn: shared }, me)).toMatchObject({
      isOwn: false,
      limit: null,
      opensAt: now + hour,
      isLocked: true,
    });
  });

  it('locks nothing once somebody else pays', () => {
    expect(overlayOf({ turn: shared }, visitor({ payer: 'connection' }))?.isLocked).toBe(false);
    expect(overlayOf({ turn: shared }, null)?.isLocked).toBe(true);
  });

  it('is in the demo who its prompt says', () => {
    const demo = visitor({ demo: true, payer: 'trial' });
    const played = (prompt: string) => overlayOf({ turn: { ...shared, prompt } }, demo)?.isOwn;
    expect(played('Make it blue #limit:limit_week:own')).toBe(true);
    expect(played('Make it blue #limit:limit_week')).toBe(false);
    expect(played('Make it blue #limit:limit_week:owner')).toBe(false);
    // Anywhere else it is a word like others.
    expect(overlayOf({ turn: { ...shared, prompt: '#limit:x:own' } }, visitor({ payer: 'trial' }))?.isOwn).toBe(false);
  });
});

describe('a limit of some models', () => {
  const week = rateLimit({ rateLimitType: 'seven_day_opus' });
  const view = { turn: turn(), rateLimit: week };

  it('is evaded by another model', () => {
    expect(overlayOf(view)).toMatchObject({ family: 'opus', isEvaded: false, isLocked: true });
    expect(overlayOf(view, visitor(), haiku)).toMatchObject({ family: 'opus', isEvaded: true, isLocked: false });
    expect(overlayOf(view, visitor(), 'claude-opus-6')).toMatchObject({ isEvaded: false, isLocked: true });
  });

  it('is not evaded where the turn had that model: then Claude meant another limit', () => {
    const other = { ...view, turn: turn({ model: haiku }) };
    expect(overlayOf(other, visitor(), haiku)).toMatchObject({ isEvaded: false, isLocked: true });
  });

  it('is none that was reached elsewhere, for another model', () => {
    const me = visitor({ rateLimit: week });
    expect(overlayOf({}, me, opus)).toMatchObject({ family: 'opus', isLocked: true });
    expect(overlayOf({}, me, haiku)).toBeNull();
    // Until the detail is known, the newest turn's model counts.
    expect(overlayOf({ turn: fine({ model: haiku }) }, me, null)).toBeNull();
    expect(overlayOf({ turn: fine({ model: opus }) }, me, null)).not.toBeNull();
    expect(overlayOf({}, me, null)).toBeNull();
  });
});

describe('a limit that was reached elsewhere', () => {
  it('is shown in each project', () => {
    const own = rateLimit();
    expect(overlayOf({ turn: fine() }, visitor({ rateLimit: own }))).toEqual({
      key: `five_hour ${now + hour}`,
      isOwn: true,
      turn: null,
      canContinue: false,
      message: null,
      reason: null,
      opensAt: now + hour,
      limit: own,
      family: null,
      isLocked: true,
      isEvaded: false,
    });
  });

  it.each<[string, AccountDetail | null]>([
    ['nobody is known', null],
    ['there is none', visitor()],
    ['it has reset', visitor({ rateLimit: rateLimit({ resetsAt: now }) })],
    ['extra usage goes on', visitor({ rateLimit: rateLimit({ isUsingOverage: true }) })],
    ['Claude’s servers are overloaded', visitor({ rateLimit: rateLimit({ rateLimitType: null }) })],
    ['it is the demo', visitor({ demo: true, rateLimit: rateLimit() })],
  ])('is not shown where %s', (_, me) => {
    expect(overlayOf({ turn: fine(), rateLimit: rateLimit() }, me)).toBeNull();
  });
});

describe('an overlay that was put away', () => {
  const me = visitor({ rateLimit: rateLimit() });

  it('stays away in other projects and after a reload, until it is asked for', async () => {
    const mine = overlayOf({ turn: turn() }, me);
    const elsewhere = overlayOf({ turn: fine() }, me);
    if (!mine || !elsewhere) throw new Error('There is no overlay.');
    expect(overlay.isDismissed(mine.key)).toBe(false);
    overlay.dismissLimitOverlay(mine);
    expect([overlay.isDismissed(mine.key), overlay.isDismissed(elsewhere.key)]).toEqual([true, true]);
    await load();
    expect([overlay.isDismissed(mine.key), overlay.isDismissed(elsewhere.key)]).toEqual([true, true]);
    overlay.reopenLimitOverlay(mine.key);
    expect([overlay.isDismissed(mine.key), overlay.isDismissed(elsewhere.key)]).toEqual([false, true]);
    // The next limit is another one.
    const next = overlayOf({}, visitor({ rateLimit: rateLimit({ resetsAt: now + 5 * hour }) }));
    expect(overlay.isDismissed(next?.key ?? '')).toBe(false);
  });

  it('of the operator’s limit puts away no limit of the visitor', () => {
    const shared = turn({ payer: 'trial', exhausted: exhausted({ payer: 'trial' }) });
    const mine = overlayOf({ turn: shared, rateLimit: rateLimit() }, visitor({ payer: 'trial' }));
    if (!mine?.limit) throw new Error('There is no limit.');
    overlay.dismissLimitOverlay(mine);
    expect(overlay.isDismissed('t')).toBe(true);
    expect(overlay.isDismissed(`five_hour ${now + hour}`)).toBe(false);
  });
});
