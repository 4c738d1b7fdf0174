import { expect, it } from 'vitest';
import { problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { Visitor } from '../support/visitor.ts';

const running = useRunning();

it('the cookie is made by the first call that needs a visitor, and is as safe as a cookie can be', async () => {
  for (const [method, path, body] of [
    ['GET', '/api/account', undefined],
    ['POST', '/api/sessions', {}],
    ['POST', '/api/chat', { prompt: uniquePrompt() }],
  ] as const) {
    const response = await running.visitor().call(method, path, body);
    const [cookie = '', ...others] = response.headers.getSetCookie();
    await response.text();
    expect(others).toEqual([]);
    expect(cookie).toMatch(/^__Host-redraw=[a-z2-7]{26}\.[^;]+;/);
    const attributes = cookie.split('; ').slice(1).sort();
    expect(attributes).toEqual(['HttpOnly', 'Max-Age=34560000', 'Path=/', 'SameSite=Lax', 'Secure']);
  }
});

it('the cookie is not made where nobody asked for it, nor made anew', async () => {
  const visitor = running.visitor();
  for (const path of ['/', '/api/models', '/api/sessions', '/api/nothing', `/api/sessions/${'a'.repeat(26)}`])
    expect((await visitor.call('GET', path)).headers.getSetCookie()).toEqual([]);
  await visitor.json('GET', '/api/account');
  expect((await visitor.call('GET', '/api/account')).headers.getSetCookie()).toEqual([]);
});

it('the cookie names nobody once it was tampered with', async () => {
  const owner = running.visitor();
  const { session } = await owner.json<{ session: string }>('POST', '/api/sessions');
  const cookie = owner.cookie ?? '';
  const [name = '', signature = ''] = cookie.split('.');
  for (const forged of [
    name,
    `${name}.`,
    `${name}.${'A'.repeat(43)}%3D`,
    `${name}x.${signature}`,
    cookie.replace('__Host-', ''),
  ]) {
    const forger = new Visitor(owner.url);
    forger.cookie = forged;
    await problemOf(await forger.call('GET', `/api/sessions/${session}`), 404, 'not_found');
    const response = await forger.call('GET', '/api/account');
    expect(response.headers.getSetCookie(), forged).toHaveLength(1);
  }
});
