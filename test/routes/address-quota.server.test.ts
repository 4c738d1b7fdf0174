import { describe, expect, it } from 'vitest';
import { Authenticator } from '../support/authenticator.ts';
import { EventReader, problemOf, uniquePrompt, useRunning } from '../support/running-redraw.ts';
import { everythingIn } from '../support/state-folder.ts';
import type { Visitor } from '../support/visitor.ts';

const mib = 1024 * 1024;
const from = (address: string): Record<string, string> => ({ 'CF-Connecting-IP': address });
const empty = (visitor: Visitor, address: string) => visitor.call('POST', '/api/sessions', {}, from(address));
const prompt = (visitor: Visitor, address: string, more: object = {}) =>
  visitor.call('POST', '/api/chat', { prompt: uniquePrompt(), ...more }, from(address));
const connect = (visitor: Visitor) =>
  visitor.json('POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-own-0123456789' });

/** Asserts a refusal that lasts until the next UTC day. */
async function tooMany(response: Response, scope: string): Promise<Record<string, unknown>> {
  const problem = await problemOf(response, 429, 'too_many_requests');
  expect(problem).toMatchObject({ scope, limit: expect.any(Number), retryAfter: expect.any(Number) });
  expect(response.headers.get('Retry-After')).toBe(String(problem.retryAfter));
  const toMidnight = Math.ceil((86_400_000 - (Date.now() % 86_400_000)) / 1000);
  expect(Math.abs(Number(problem.retryAfter) - toMidnight)).toBeLessThan(600);
  return problem;
}

describe('with PROJECTS_PER_ADDRESS=3', () => {
  const running = useRunning({ PROJECTS_PER_ADDRESS: '3', NEW_VISITORS_PER_ADDRESS: '1000', ANON_TURN_LIMIT: '1000' });

  it('makes so many of 30 projects at once that nobody in particular asks for, and stores nothing of the rest', async () => {
    const address = '203.0.113.1';
    const visitors = Array.from({ length: 30 }, () => running.visitor());
    const answers = await Promise.all(
      visitors.map((visitor, n) => (n % 2 === 0 ? empty(visitor, address) : prompt(visitor, address))),
    );
    const made = answers.filter(({ status }) => status < 300);
    expect(made).toHaveLength(3);
    for (const answer of answers)
      if (answer.status >= 300) expect((await tooMany(answer, 'projects')).limit).toBe(3);
      else if (answer.status === 200) await new EventReader(answer).rest();
      else await answer.text();
    const listed = await Promise.all(visitors.map((visitor) => visitor.json<unknown[]>('GET', '/api/sessions')));
    expect(listed.flat()).toHaveLength(3);
    expect((await empty(running.visitor(), '203.0.113.2')).status).toBe(201);
  });

  it('counts an IPv6 network of 64 bits as one address, and this machine because the limit is set', async () => {
    for (let n = 1; n <= 3; n++) expect((await empty(running.visitor(), `2001:db8:5:5:${n}::1`)).status).toBe(201);
    await tooMany(await empty(running.visitor(), '2001:db8:5:5:f::1'), 'projects');
    const here = running.visitor();
    for (let n = 1; n <= 3; n++) expect((await here.call('POST', '/api/sessions', {})).status).toBe(201);
    await tooMany(await here.call('POST', '/api/sessions', {}), 'projects');
  });

  it('goes on with projects that are there, and refuses no account that pays itself', async () => {
    const address = '203.0.113.3';
    const visitor = running.visitor();
    const first = new EventReader(await prompt(visitor, address));
    const { session } = (await first.until('session')).data as { session: string };
    await first.rest();
    for (let n = 2; n <= 3; n++) expect((await empty(visitor, address)).status).toBe(201);
    await tooMany(await empty(visitor, address), 'projects');
    await tooMany(await prompt(visitor, address), 'projects');
    expect((await new EventReader(await prompt(visitor, address, { session })).rest()).length).toBeGreaterThan(0);
    // Signing up is no way round.
    await new Authenticator().register(visitor);
    await tooMany(await prompt(visitor, address), 'projects');
    await connect(visitor);
    for (let n = 0; n < 4; n++) {
      expect((await empty(visitor, address)).status).toBe(201);
      expect((await new EventReader(await prompt(visitor, address)).rest()).length).toBeGreaterThan(0);
    }
  });
});

describe('with UPLOAD_MIB_PER_ADDRESS=8', () => {
  const running = useRunning({ UPLOAD_MIB_PER_ADDRESS: '8' });
  const upload = async (visitor: Visitor, address: string, bytes: number, session?: string) => {
    const id = session ?? (await visitor.json<{ session: string }>('POST', '/api/sessions', {})).session;
    return visitor.call('PUT', `/api/sessions/${id}/files/a.bin`, new Uint8Array(bytes), from(address));
  };

  it('takes a quarter of it from one visitor, a path written again and again included', async () => {
    const visitor = running.visitor();
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    for (let n = 0; n < 2; n++) expect((await upload(visitor, '203.0.113.1', mib, session)).status).toBe(200);
    const problem = await tooMany(await upload(visitor, '203.0.113.1', 1, session), 'uploads');
    expect(problem.limit).toBe(2 * mib);
    // The project is as it was, and everything else goes on.
    expect(await visitor.json('GET', `/api/sessions/${session}/files`)).toMatchObject([{ bytes: mib }]);
    expect((await prompt(visitor, '203.0.113.1', { session })).status).toBe(200);
  });

  it('takes all of it from one address, however many visitors come', async () => {
    const answers = [];
    for (let n = 0; n < 10; n++) answers.push(await upload(running.visitor(), `2001:db8:6:6::${n}`, mib));
    expect(answers.map(({ status }) => status)).toEqual([...Array(8).fill(200), 429, 429]);
    for (const answer of answers.slice(8)) expect((await tooMany(answer, 'uploads')).limit).toBe(8 * mib);
  });

  it('takes more of who has signed in, and more still of who has connected a Claude of their own', async () => {
    const address = '203.0.113.4';
    const user = running.visitor();
    await new Authenticator().register(user);
    for (let n = 0; n < 8; n++) expect((await upload(user, address, mib)).status).toBe(200);
    const problem = await tooMany(await upload(user, address, mib), 'uploads');
    expect(problem).toMatchObject({ limit: 8 * mib, detail: expect.not.stringContaining('Sign in') });
    await connect(user);
    for (let n = 0; n < 6; n++) expect((await upload(user, address, 4 * mib)).status).toBe(200);
    expect((await tooMany(await upload(user, address, mib), 'uploads')).limit).toBe(32 * mib);
  });

  /** A project of 60 files, and its version before them. */
  const filled = async (visitor: Visitor): Promise<string> => {
    const { session } = await visitor.json<{ session: string }>('POST', '/api/sessions', {});
    const put = (path: string) => visitor.json('PUT', `/api/sessions/${session}/files/${path}`, 'x');
    for (let file = 0; file < 60; file++) await put(`${file}.txt`);
    return `/api/sessions/${session}`;
  };
  /** Goes back and forth between the first and the last version until that is refused. */
  const moveUntilRefused = async (visitor: Visitor, at: string, address: string): Promise<Response> => {
    await visitor.json('POST', `${at}/revert`, { version: 1 });
    for (let n = 0; n < 60; n++) {
      const answer = await visitor.call('POST', `${at}/${n % 2 === 0 ? 'undo' : 'redo'}`, {}, from(address));
      if (answer.status !== 200) return answer;
      await answer.text();
    }
    throw new Error('Never refused.');
  };

  it('counts what undo and redo make a project keep, too: then neither they nor edits go on', async () => {
    const visitor = running.visitor();
    const address = '203.0.113.7';
    const at = await filled(visitor);
    const problem = await tooMany(await moveUntilRefused(visitor, at, address), 'uploads');
    expect(problem).toMatchObject({ limit: 2 * mib, detail: expect.stringContaining('changed by hand') });
    const before = await visitor.json<unknown[]>('GET', `${at}/history`);
    for (const [how, body] of [
      ['undo', {}],
      ['redo', {}],
      ['revert', { version: 2 }],
    ] as const)
      await tooMany(await visitor.call('POST', `${at}/${how}`, body, from(address)), 'uploads');
    const edit = await visitor.call('PUT', `${at}/files/0.txt`, new Uint8Array(1), from(address));
    await tooMany(edit, 'uploads');
    expect(await visitor.json<unknown[]>('GET', `${at}/history`)).toHaveLength(before.length);
    // Another of the same address has a share of their own, and a prompt is no upload.
    expect((await upload(running.visitor(), address, mib)).status).toBe(200);
    expect((await prompt(visitor, address, { session: at.replace(/.*\//, '') })).status).toBe(200);
  });

  it('keeps no address', () => {
    for (const { text } of everythingIn(running.redraw)) expect(text).not.toMatch(/203\.0\.113|2001:db8/);
  });
});

describe('without the settings', () => {
  const running = useRunning({ NEW_VISITORS_PER_ADDRESS: '1000' });

  it('makes 30 projects a day from an address, and any number from this machine', async () => {
    const visitor = running.visitor();
    for (let n = 0; n < 30; n++) expect((await empty(visitor, '203.0.113.1')).status).toBe(201);
    expect((await tooMany(await empty(visitor, '203.0.113.1'), 'projects')).limit).toBe(30);
    for (let n = 0; n < 31; n++) expect((await visitor.call('POST', '/api/sessions', {})).status).toBe(201);
  });
});
