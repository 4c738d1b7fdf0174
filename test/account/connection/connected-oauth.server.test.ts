import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { AccountDetail } from '../../../src/protocol/resources.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';
import { type OAuthServer, startOAuthServer } from '../../oauth-server/listen.ts';
import { createFile, EventReader, only, problemOf, uniquePrompt } from '../../support/running-redraw.ts';
import { type Redraw, startRedraw } from '../../support/start-redraw.ts';
import { Visitor } from '../../support/visitor.ts';

let oauth: OAuthServer;
let simulator: Simulator;
let redraw: Redraw;
beforeAll(async () => {
  oauth = await startOAuthServer();
  simulator = await startSimulator({
    script: [{}],
    repeatLast: true,
    acceptKey: (key) => key === 'sk-shared' || oauth.server.accepts(key),
  });
  redraw = await startRedraw({
    ANTHROPIC_BASE_URL: simulator.url,
    ANTHROPIC_API_KEY: 'sk-shared',
    ...oauth.settingsFor('http://localhost:8787/account/claude'),
  });
});
beforeEach(() => void oauth.server.tokenRequests.splice(0));
afterAll(async () => {
  await redraw?.close();
  await simulator?.close();
  await oauth?.close();
});

async function connected(): Promise<Visitor> {
  const visitor = new Visitor(redraw.url);
  const { url } = await visitor.json<{ url: string }>('POST', '/api/account/connection/oauth/start', {});
  const { searchParams } = oauth.server.authorize(new URL(url));
  const code = `${searchParams.get('code')}#${searchParams.get('state')}`;
  await visitor.json('POST', '/api/account/connection/oauth/finish', { code });
  return visitor;
}

/** A turn that waits before its second request. */
async function halfway(visitor: Visitor): Promise<{ reader: EventReader; goOn: () => void }> {
  const gate = uniquePrompt('gate');
  simulator.script(
    [{ content: [createFile('a.txt', 'a')], gates: [{ before: 3, name: gate }] }, { content: ['Done.'] }],
    {
      text: gate,
    },
  );
  const reader = new EventReader(await visitor.call('POST', '/api/chat', { prompt: gate }));
  await simulator.waiting(gate);
  return { reader, goOn: () => simulator.release(gate) };
}

const refreshes = (): string[] =>
  oauth.server.tokenRequests.filter(({ grant }) => grant === 'refresh_token').map(({ outcome }) => outcome);

it('goes on when its token expires in mid-turn, with one refresh for all turns that run', async () => {
  const visitor = await connected();
  const turns = await Promise.all(Array.from({ length: 10 }, () => halfway(visitor)));
  oauth.server.expire();
  for (const { goOn } of turns) goOn();
  for (const { reader } of turns) {
    const events = await reader.rest();
    expect(only(events, 'usage').payer).toBe('connection');
    expect(only(events, 'turn_finished')).toMatchObject({ state: 'completed', counted: false });
  }
  expect(refreshes()).toEqual(['granted']);
  expect(simulator.requests.some(({ key }) => key === 'sk-shared')).toBe(false);
});

it('ends with the reason when the connection is withdrawn in mid-turn, and falls back on nobody', async () => {
  const visitor = await connected();
  const { reader, goOn } = await halfway(visitor);
  oauth.server.revoke();
  goOn();
  const events = await reader.rest();
  const broken = 'Claude has ended this connection. Connect again to go on.';
  expect(only(events, 'prompt_error')).toMatchObject({ code: 'connection_broken', message: broken, retryable: false });
  expect(only(events, 'turn_finished')).toMatchObject({ state: 'failed', counted: false });
  expect(only(events, 'version').changed).toEqual(['a.txt']);
  expect(refreshes()).toEqual(['refused']);
  const account = await visitor.json<AccountDetail>('GET', '/api/account');
  expect(account).toMatchObject({ payer: 'connection', connection: { kind: 'oauth', broken } });
  await problemOf(await visitor.call('POST', '/api/chat', { prompt: 'more' }), 401, 'connection_broken');
  expect(simulator.requests.some(({ key }) => key === 'sk-shared')).toBe(false);
});
