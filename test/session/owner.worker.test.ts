import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { newId } from '../../src/protocol/id.ts';
import type { Session } from '../../src/session/session.ts';

const { SESSION } = env as unknown as { SESSION: DurableObjectNamespace<Session> };

const caller = (visitor: string) => ({ visitor, login: null, origin: 'http://localhost:8787' });

/** Creates a session, with its owner. */
async function owned(): Promise<{ stub: DurableObjectStub<Session>; owner: string }> {
  const [session, owner] = [newId(), newId()];
  const stub = SESSION.getByName(session);
  expect(await stub.createEmpty(session, caller(owner))).toMatchObject({ ok: true });
  return { stub, owner };
}

it('is handed on by its owner only', async () => {
  const { stub, owner } = await owned();
  const [user, stranger] = [newId(), newId()];
  await stub.changeOwner(stranger, user);
  expect(await stub.detail(caller(owner))).toMatchObject({ ok: true });
  await stub.changeOwner(owner, user);
  // A late repetition of a merge step must not take the session from its new owner.
  await stub.changeOwner(owner, stranger);
  expect(await stub.detail(caller(user))).toMatchObject({ ok: true });
  for (const other of [owner, stranger])
    expect(await stub.detail(caller(other))).toMatchObject({ ok: false, code: 'not_found' });
});

it('is erased with its owner’s account, and with nobody else’s', async () => {
  const { stub, owner } = await owned();
  expect(await stub.erase(newId())).toBe(true);
  expect(await stub.detail(caller(owner))).toMatchObject({ ok: true });
  expect(await stub.erase(owner)).toBe(true);
  expect(await stub.detail(caller(owner))).toMatchObject({ ok: false, code: 'not_found' });
});
