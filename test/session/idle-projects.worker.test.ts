import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { expect, it } from 'vitest';
import { newId } from '../../src/protocol/id.ts';
import type { PreviewLabel } from '../../src/session/preview/preview-label.ts';
import type { Session } from '../../src/session/session.ts';

const { SESSION, PREVIEW_LABEL } = env as unknown as {
  SESSION: DurableObjectNamespace<Session>;
  PREVIEW_LABEL: DurableObjectNamespace<PreviewLabel>;
};
const day = 24 * 60 * 60_000;

const caller = (visitor: string) => ({ visitor, login: null, origin: 'http://localhost:8787' });

/** A visitor's project in which nothing was done for so many days. */
async function idleFor(days: number) {
  const [session, owner] = [newId(), newId()];
  const stub = SESSION.getByName(session);
  const made = await stub.createEmpty(session, caller(owner));
  if (!made.ok) throw new Error('It was not made.');
  const label = new URL(made.value.previewUrl).host.split('.')[0] ?? '';
  const rest = (longer: number) =>
    runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec(`UPDATE meta SET value = value - ? WHERE key IN ('updated_at', 'used_at')`, longer * day);
    });
  await rest(days);
  await evictDurableObject(stub);
  const tables = () =>
    runInDurableObject(stub, (_, { storage }) => [...storage.sql.exec(`SELECT name FROM sqlite_master`)].length);
  return { stub, owner, rest, tables, label: PREVIEW_LABEL.getByName(label), detail: () => stub.detail(caller(owner)) };
}

it('the alarm deletes an idle project wholly, with its preview’s address', async () => {
  const { stub, tables, label, detail } = await idleFor(0);
  expect(await label.session()).not.toBeNull();
  expect(await detail()).toMatchObject({ ok: true });
  const aged = await idleFor(91);
  await runDurableObjectAlarm(aged.stub);
  await expect.poll(aged.tables).toBe(0);
  expect(await aged.label.session()).toBeNull();
  expect(await aged.detail()).toMatchObject({ ok: false, code: 'not_found' });
  // One that is not idle outlives its alarm.
  await runDurableObjectAlarm(stub);
  expect(await tables()).toBeGreaterThan(0);
  expect(await detail()).toMatchObject({ ok: true });
});

it('is not found from that time on, even if no alarm has come', async () => {
  const { detail, tables } = await idleFor(91);
  expect(await detail()).toMatchObject({ ok: false, code: 'not_found' });
  await expect.poll(tables).toBe(0);
});

it('its alarm is set from the start, and comes no later for being woken', async () => {
  const { stub, detail } = await idleFor(10);
  const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
  const set = await alarm();
  expect(set).toBeGreaterThan(Date.now() + 79 * day);
  await detail();
  await evictDurableObject(stub);
  await detail();
  expect(await alarm()).toBe(set);
});

it('one of an earlier release gets its alarm when it is next woken', async () => {
  const { stub, detail } = await idleFor(1);
  await runInDurableObject(stub, (_, { storage }) => storage.deleteAlarm());
  await evictDurableObject(stub);
  await detail();
  const alarm = () => runInDurableObject(stub, (_, { storage }) => storage.getAlarm());
  await expect.poll(alarm).toBeGreaterThan(Date.now() + 88 * day);
});

it('a page that stands open keeps it', async () => {
  const { stub, owner, rest, detail } = await idleFor(80);
  const opened = await stub.fetch(`https://session/watch?visitor=${owner}`, { headers: { Upgrade: 'websocket' } });
  opened.webSocket?.accept();
  await rest(20);
  await evictDurableObject(stub);
  await runDurableObjectAlarm(stub);
  expect(await detail()).toMatchObject({ ok: true });
});

it('stays once its owner has become a user', async () => {
  const { stub, owner, rest } = await idleFor(80);
  const user = newId();
  await stub.changeOwner(owner, user);
  await rest(200);
  await evictDurableObject(stub);
  await runDurableObjectAlarm(stub);
  expect(await stub.detail({ ...caller(user), login: 'digest' })).toMatchObject({
    ok: true,
    value: { expiresAt: null },
  });
});
