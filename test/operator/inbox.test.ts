import { describe, expect, it } from 'vitest';
import { Inbox } from '../../src/operator/inbox.ts';
import { treasurySchema } from '../../src/operator/treasury-schema.ts';
import type { OperatorReview } from '../../src/protocol/review-resources.ts';
import { createTables } from '../../src/storage/migrate.ts';
import { nodeStore } from '../support/node-sql.ts';

function newInbox(): Inbox {
  const store = nodeStore();
  createTables(store, treasurySchema);
  return new Inbox(store.sql);
}

const review = (id: string, account = 'somebody', state: OperatorReview['state'] = 'submitted'): OperatorReview => ({
  ...{ id, account, state, session: 's', task: 'A task', note: {}, cost: 1, credits: 0, advice: 'A tip' },
  evidence: { title: 'Tea', model: 'm', previewStatus: 'ready', messages: 1, contextSize: 1, turns: [] },
  ...{ at: 1, dueAt: 2, decidedAt: null },
});

const confirm = { decision: 'confirm', credits: 2, advice: 'Start fresh.' } as const;

describe('the operator’s inbox', () => {
  it('takes a review once, and decides it once', () => {
    const inbox = newInbox();
    inbox.putReview(review('a'));
    inbox.putReview(review('a'));
    expect(inbox.reviews(null, null).entries).toHaveLength(1);
    expect(inbox.decide('a', confirm, 5)).toMatchObject({ ok: true, account: 'somebody', isRepeated: false });
    expect(inbox.decide('a', confirm, 6)).toMatchObject({ ok: true, isRepeated: true });
    expect(inbox.decide('a', { ...confirm, credits: 3 }, 7)).toEqual({ ok: false, why: 'decided' });
    expect(inbox.decide('b', confirm, 8)).toEqual({ ok: false, why: 'unknown' });
    expect(inbox.reviews('restored', null).entries).toMatchObject([{ id: 'a', credits: 2, decidedAt: 5 }]);
    expect(inbox.reviews('submitted', null).entries).toEqual([]);
  });

  it('decides none that the server has restored', () => {
    const inbox = newInbox();
    inbox.putReview(review('a', 'somebody', 'restored'));
    expect(inbox.decide('a', confirm, 5)).toEqual({ ok: false, why: 'decided' });
  });

  it('is read page by page, newest first', () => {
    const inbox = newInbox();
    for (let n = 0; n < 60; n++) inbox.putReview(review(`r${n}`));
    const first = inbox.reviews(null, null);
    const second = inbox.reviews(null, Number(first.next));
    const ids = [...first.entries, ...second.entries].map(({ id }) => id);
    expect(ids).toEqual(Array.from({ length: 60 }, (_, n) => `r${59 - n}`));
    expect(second.next).toBeNull();
  });

  it('takes so many messages of an account in a day, and says when there is room again', () => {
    const inbox = newInbox();
    const send = (account: string, now: number) =>
      inbox.send(
        {
          ...{ id: `${now}`, account, kind: 'bug', text: 'x', session: null, wants: null },
          sort: 'feedback',
          limit: 2,
        },
        now,
      );
    expect([send('a', 1_000), send('a', 2_000), send('b', 2_000)]).toEqual([0, 0, 0]);
    expect(send('a', 3_000)).toBe(86_398);
    expect(send('a', 86_401_000)).toBe(0);
  });

  it('forgets what a deleted account has written, and nobody else’s', () => {
    const inbox = newInbox();
    inbox.putReview(review('a', 'gone'));
    inbox.putReview(review('b', 'there'));
    inbox.forgetAccount('gone');
    expect(inbox.reviews(null, null).entries.map(({ id }) => id)).toEqual(['b']);
  });
});
