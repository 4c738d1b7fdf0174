import { expect, it } from 'vitest';
import { useRunning } from '../support/running-redraw.ts';
import { rowsOf } from '../support/state-folder.ts';

const running = useRunning({ UPLOAD_MIB_PER_ADDRESS: '1' });
const from = { 'CF-Connecting-IP': '203.0.113.1' };
const uploadRows = () => rowsOf(running.redraw, 'Treasury', 'upload', 'SELECT * FROM upload').flat().length;
const newProject = async () => {
  const visitor = running.visitor();
  const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
  const put = (bytes: number) =>
    visitor.call('PUT', `/api/sessions/${session}/files/a.txt`, new Uint8Array(bytes), from);
  return { session, put };
};

it.each([0, 1, 2048])('an upload of %d bytes to what is not the own project counts for nobody', async (bytes) => {
  const { session } = await newProject();
  const before = uploadRows();
  for (const id of ['a'.repeat(26), session])
    for (let n = 0; n < 5; n++) {
      const nobody = running.visitor();
      await nobody.json('POST', '/api/auth/passkey/login/options', {});
      const answer = await nobody.call('PUT', `/api/sessions/${id}/files/x`, new Uint8Array(bytes), from);
      expect(answer.status).toBe(404);
    }
  expect(uploadRows()).toBe(before);
});

it('one to the own project counts, an empty file does not', async () => {
  const { put } = await newProject();
  const before = uploadRows();
  expect((await put(0)).status).toBe(200);
  expect(uploadRows()).toBe(before);
  expect((await put(1000)).status).toBe(200);
  // One of the visitor, one of the address.
  expect(uploadRows()).toBe(before + 2);
  expect((await put(256 * 1024)).status).toBe(429);
});
