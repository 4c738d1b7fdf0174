import { beforeEach, describe, expect, it } from 'vitest';
import type { EventData } from '../../../src/protocol/events.ts';
import type { AccountDetail, SessionDetail } from '../../../src/protocol/resources.ts';
import { reduceAll } from '../../../web/project/reduce.ts';
import { emptyView, filesOf, hasFile, type View } from '../../../web/project/view.ts';
import { visitorLimit } from '../../../web/project/visitor-limit.ts';
import { numbered } from './generated-log.ts';

const file = (path: string, hash: string, rest: Partial<EventData<'file'>> = {}) =>
  ({ type: 'file', data: { turn: 't', path, change: 'written', bytes: 1, hash, ...rest } }) as const;

describe('the files of a project', () => {
  let view: View;
  beforeEach(() => {
    view = reduceAll(
      numbered([
        file('a.ts', '1'),
        file('b.ts', '2'),
        file('a.ts', '3'),
        file('gone.ts', '4'),
        file('gone.ts', '', { change: 'deleted' }),
        file('new.ts', '2', { change: 'renamed', from: 'b.ts' }),
        file('back.ts', '5'),
        file('back.ts', '', { change: 'deleted' }),
        file('back.ts', '6'),
      ]),
    );
  });

  it('are as they were changed last', () => {
    expect(Object.fromEntries(filesOf(view))).toEqual({ 'a.ts': '3', 'new.ts': '2', 'back.ts': '6' });
    expect(filesOf(emptyView).size).toBe(0);
  });

  it('are those of the log and those of the detail', () => {
    const detail = { files: [{ path: 'old.ts', bytes: 1, hash: '0' }] } as SessionDetail;
    expect(hasFile('a.ts', view, null)).toBe(true);
    expect(hasFile('b.ts', view, null)).toBe(false);
    expect(hasFile('old.ts', view, detail)).toBe(true);
    expect(hasFile('other.ts', view, detail)).toBe(false);
  });
});

describe('the limit of a visitor’s own account', () => {
  const limit = (utilization: number) => ({ utilization }) as EventData<'rate_limit'>;
  const view = { ...emptyView, rateLimit: limit(1) };
  const me = (rest: Partial<AccountDetail>) => ({ rateLimit: null, demo: false, ...rest }) as AccountDetail;

  it('is what the account says, and in the demo what the log says', () => {
    expect(visitorLimit(me({ rateLimit: limit(2) }), view)).toEqual(limit(2));
    expect(visitorLimit(me({}), view)).toBeNull();
    expect(visitorLimit(me({ rateLimit: limit(2), demo: true }), view)).toEqual(limit(1));
    expect(visitorLimit(me({ demo: true }), null)).toBeNull();
    expect(visitorLimit(null, view)).toBeNull();
  });
});
