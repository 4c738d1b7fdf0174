import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SessionDetail, SessionSummary } from '../../src/protocol/resources.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { copyOldState, type OldState, releases, secrets } from '../fixtures/databases/old-state.ts';
import { Authenticator } from '../support/authenticator.ts';
import { previewAnswer } from '../support/preview-request.ts';
import { createFile, problemOf, toolTurn, uniquePrompt } from '../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { everythingIn, makeAlarmsDue, rowsOf } from '../support/state-folder.ts';
import { Visitor } from '../support/visitor.ts';

/** The ends of all turns in an answer of events. */
async function endsIn(response: Response): Promise<{ state: string; counted: boolean }[]> {
  const text = await response.text();
  expect(response.status, text).toBe(200);
  return Array.from(text.matchAll(/event: turn_finished\ndata: (.*)/g), ([, data = '']) => JSON.parse(data));
}

describe.each(releases)('the state of the release “%s”', (release) => {
  let simulator: Simulator;
  let redraw: Redraw;
  let old: OldState;

  beforeAll(async () => {
    simulator = await startSimulator({ script: [{}], repeatLast: true });
    redraw = await startRedraw(
      { ...secrets, ANTHROPIC_BASE_URL: simulator.url, ANTHROPIC_API_KEY: 'sk-test', ANON_TURN_LIMIT: '100' },
      (state) => {
        old = copyOldState(release, state);
        makeAlarmsDue({ state }, 'Session');
      },
    );
  });
  afterAll(async () => {
    await redraw?.close();
    await simulator?.close();
  });

  /** A browser of somebody who was there before. */
  function browser(cookie: string | null = old.cookie): Visitor {
    const visitor = new Visitor(redraw.url);
    visitor.cookie = cookie;
    return visitor;
  }

  const detailOf = (visitor: Visitor, session: string) =>
    visitor.json<SessionDetail>('GET', `/api/sessions/${session}`);
  const textOf = async (visitor: Visitor, session: string, path: string) =>
    (await visitor.call('GET', `/api/sessions/${session}/files/${path}`)).text();
  const undo = (visitor: Visitor, session: string) => visitor.json('POST', `/api/sessions/${session}/undo`, {});

  /** Runs a turn that creates a file. */
  async function build(visitor: Visitor, session: string, path: string): Promise<void> {
    const prompt = uniquePrompt();
    simulator.script(toolTurn(createFile(path, prompt)), { text: prompt });
    const ends = await endsIn(await visitor.call('POST', '/api/chat', { prompt, session }));
    expect(ends).toMatchObject([{ state: 'completed' }]);
    expect(await textOf(visitor, session, path)).toBe(prompt);
  }

  it('finishes the turn that was running and starts the prompt that waited', async () => {
    const events = await browser().call('GET', `/api/sessions/${old.busySession}/events?after=0`);
    expect(await endsIn(events)).toMatchObject([{ state: 'completed' }, { state: 'completed' }]);
    const { queue, running } = await detailOf(browser(), old.busySession);
    expect({ queue, running }).toEqual({ queue: [], running: null });
  });

  it('builds on, and undoes what was built since and before', async () => {
    const [visitor, { session }] = [browser(), old];
    const before = await detailOf(visitor, session);
    expect(before).toMatchObject({ canUndo: true, canRedo: true, running: null });
    const { messages } = await visitor.json<SessionDetail>('GET', `/api/sessions/${session}?messages=1`);
    expect(messages?.map(({ text }) => text).join()).toContain('A list, then.');
    await build(visitor, session, 'new.txt');
    await undo(visitor, session);
    expect((await visitor.call('GET', `/api/sessions/${session}/files/new.txt`)).status).toBe(404);
    expect(await textOf(visitor, session, 'index.html')).toContain('<h1>Two</h1>');
    await undo(visitor, session);
    expect(await textOf(visitor, session, 'index.html')).toContain('<h1>One</h1>');
    expect(await textOf(visitor, session, 'notes.txt')).toBe('two, three');
    await visitor.json('POST', `/api/sessions/${session}/redo`, {});
    await visitor.json('POST', `/api/sessions/${session}/redo`, {});
    expect((await detailOf(visitor, session)).files.map(({ path }) => path).sort()).toEqual([
      'index.html',
      'new.txt',
      'notes.txt',
    ]);
    await build(visitor, session, 'newer.txt');
  });

  it('serves its preview', async () => {
    const { previewUrl } = await detailOf(browser(), old.session);
    const page = await previewAnswer(previewUrl, '/');
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('<h1>Two</h1>') });
  });

  it('keeps neither the address nor the visitor of a prompt', () => {
    const stored = everythingIn(redraw).filter(({ place }) => / (turn|queue)$/.test(place));
    expect(stored.length).toBeGreaterThan(0);
    for (const { place, text } of stored) {
      expect(text, place).not.toContain('127.0.0.1');
      expect(text, place).not.toContain(old.cookie.slice('__Host-redraw='.length).split('.')[0]);
    }
  });

  it('signs in, merges the visitor into the user, and deletes the account with everything', async () => {
    const visitor = browser();
    const authenticator = new Authenticator();
    if (old.user) {
      expect(await browser(old.user.cookie).json('GET', '/api/account')).toMatchObject({ kind: 'user' });
      authenticator.import(old.user.passkeys);
      await authenticator.login(visitor);
    } else await authenticator.register(visitor);
    const own = [old.session, old.busySession, ...(old.user ? [old.user.session] : [])];
    const listed = async () =>
      (await visitor.json<SessionSummary[]>('GET', '/api/sessions')).map(({ session }) => session).sort();
    await expect.poll(listed).toEqual(own.sort());
    for (const session of own) await build(visitor, session, 'by-the-user.txt');
    await problemOf(await browser().call('GET', `/api/sessions/${old.session}`), 404, 'not_found');
    if (old.user) {
      await undo(visitor, old.user.session);
      // The connection from before pays for every project of its user.
      expect(simulator.requests.at(-1)?.key).toBe('sk-ant-of-the-user');
    }
    const elsewhere = browser(null);
    await authenticator.login(elsewhere);
    const connection = old.user && { label: '…user', broken: null };
    expect(await elsewhere.json('GET', '/api/account')).toMatchObject({ kind: 'user', connection });

    expect((await visitor.call('DELETE', '/api/account')).status).toBeLessThan(300);
    expect(rowsOf(redraw, 'Session', 'meta', 'SELECT * FROM meta').flat()).toEqual([]);
    expect(rowsOf(redraw, 'Account', 'passkey', 'SELECT * FROM passkey').flat()).toEqual([]);
  });
});
