import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runAgentLoop } from '../../../src/agent/agent-loop.ts';
import type { ClaudeCredential } from '../../../src/claude/claude-client.ts';
import { ByokClient, type CredentialReply, type CredentialSource } from '../../../src/session/turn/byok-client.ts';
import { create, eventsOf, turnInput } from '../../agent/support.ts';
import { type Simulator, startSimulator } from '../../claude-simulator/simulator.ts';

/** The tokens that Claude accepts at the moment. */
const good = new Set<string>();
let simulator: Simulator;
beforeAll(async () => {
  simulator = await startSimulator({ acceptKey: (key) => good.has(key) });
});
beforeEach(() => {
  simulator.reset();
  good.clear();
});
afterEach(() => void vi.useRealTimers());
afterAll(() => simulator.close());

const token = (name: string): ClaudeCredential => ({ kind: 'oauth', token: name, beta: 'oauth-test' });
const granted = (name: string): CredentialReply => ({ ok: true, value: { credential: token(name) } });
const refused = (code: 'connection_broken' | 'connection_unavailable' | 'not_found', detail: string) =>
  ({ ok: false, code, detail, fields: {} }) as const;

/** An account with scripted answers, which records what it was asked. */
function account(answers: { current?: CredentialReply[]; renewed?: CredentialReply[] } = {}) {
  const asked: string[] = [];
  const take = (list: CredentialReply[] | undefined): CredentialReply => {
    const next = list?.shift();
    if (!next) throw new Error('The account was asked too often.');
    return next;
  };
  const holder: CredentialSource = {
    credential: async () => {
      asked.push('credential');
      return take(answers.current);
    },
    renewCredential: async (credential) => {
      asked.push(`renew ${credential.kind === 'oauth' ? credential.token : credential.key}`);
      return take(answers.renewed);
    },
  };
  return { asked, holder };
}

async function turnOf(holder: CredentialSource, credential: ClaudeCredential | null) {
  const opened = await ByokClient.open(holder, simulator.url, credential);
  if (!opened.ok) throw new Error(opened.detail);
  const claude = opened.value;
  return turnInput(simulator, { payer: 'connection', claude, connection: claude });
}

it('renews a token that Claude refuses, once, and goes on', async () => {
  good.add('new');
  simulator.script([{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }]);
  const { asked, holder } = account({ renewed: [granted('new')] });
  const input = await turnOf(holder, token('old'));
  expect(await runAgentLoop(input)).toEqual({ state: 'completed', blameless: false });
  expect(asked).toEqual(['renew old']);
  expect(simulator.requests.map(({ key }) => key)).toEqual(['new', 'new']);
  expect(eventsOf(input.journal, 'api_retry')).toMatchObject([{ httpStatus: 401, attempt: 1 }]);
});

it('asks once more with a token that cannot be renewed', async () => {
  simulator.script([{ error: { type: 'authentication_error' } }, { content: ['Done.'] }]);
  good.add('old');
  const { asked, holder } = account({ renewed: [refused('connection_unavailable', 'The token server is down.')] });
  expect(await runAgentLoop(await turnOf(holder, token('old')))).toMatchObject({ state: 'completed' });
  expect(asked).toEqual(['renew old']);
});

it('is renewed by whoever comes first: a turn that hears of it late can be sent again', async () => {
  const { holder } = account({ renewed: [granted('new'), granted('newer')] });
  const input = await turnOf(holder, token('old'));
  await runAgentLoop(input);
  expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'connection_broken', retryable: true }]);
});

it('Stop ends the wait for an account that is busy with the token', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const waiting = Promise.withResolvers<void>();
  const stop = new AbortController();
  const holder: CredentialSource = {
    credential: () => {
      waiting.resolve();
      return new Promise(() => {});
    },
    renewCredential: () => Promise.reject(new Error('not asked')),
  };
  const input = { ...(await turnOf(holder, token('old'))), signal: stop.signal };
  vi.setSystemTime(Date.now() + 61_000);
  const running = runAgentLoop(input);
  await waiting.promise;
  stop.abort();
  expect(await running).toMatchObject({ state: 'stopped' });
  expect(simulator.requests).toEqual([]);
});

it('ends a turn with the reason of a connection that cannot be renewed', async () => {
  const { asked, holder } = account({ renewed: [refused('connection_broken', 'The grant was withdrawn.')] });
  const input = await turnOf(holder, token('old'));
  expect(await runAgentLoop(input)).toMatchObject({ state: 'failed' });
  expect(eventsOf(input.journal, 'prompt_error')).toEqual([
    { code: 'connection_broken', message: 'The grant was withdrawn.', retryable: false, fields: {} },
  ]);
  expect(asked).toEqual(['renew old']);
});

it('does not call broken what can be tried again later', async () => {
  const { holder } = account({ renewed: [refused('connection_unavailable', 'The token server is down.')] });
  const input = await turnOf(holder, token('old'));
  await runAgentLoop(input);
  expect(eventsOf(input.journal, 'prompt_error')).toEqual([
    { code: 'connection_unavailable', message: 'The token server is down.', retryable: true, fields: {} },
  ]);
});

it('tells of a second refusal as well, and asks no third time', async () => {
  const { asked, holder } = account({ renewed: [granted('new'), refused('connection_broken', 'Refused twice.')] });
  const input = await turnOf(holder, token('old'));
  expect(await runAgentLoop(input)).toMatchObject({ state: 'failed' });
  expect(asked).toEqual(['renew old', 'renew new']);
  expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'connection_broken', retryable: false }]);
});

const key = (name: string): ClaudeCredential => ({ kind: 'api_key', key: name });
const kept = (name: string): CredentialReply => ({ ok: true, value: { credential: key(name) } });

it('tells of a key that is refused', async () => {
  const current = [kept('sk-next')];
  const { asked, holder } = account({ current, renewed: [refused('connection_broken', 'Connect again.')] });
  const input = await turnOf(holder, key('sk-own'));
  await runAgentLoop(input);
  expect(asked).toEqual(['credential', 'renew sk-next']);
  expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'connection_broken', retryable: false }]);
});

it('goes on with the key that the visitor has put in the place of one that is refused', async () => {
  good.add('sk-next');
  simulator.script([{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }]);
  const { asked, holder } = account({ current: [kept('sk-next')] });
  const input = await turnOf(holder, key('sk-old'));
  expect(await runAgentLoop(input)).toEqual({ state: 'completed', blameless: false });
  expect(asked).toEqual(['credential']);
  expect(simulator.requests.map(({ key }) => key)).toEqual(['sk-next', 'sk-next']);
  expect(eventsOf(input.journal, 'api_retry')).toHaveLength(1);
});

it('asks the account again in a long turn, and uses what it has where the account has nothing', async () => {
  good.add('first').add('second');
  vi.useFakeTimers({ toFake: ['Date'] });
  const later = () => {
    vi.setSystemTime(Date.now() + 61_000);
    return { content: [create(`${simulator.requests.length}.txt`, 'a')] };
  };
  simulator.script((_, number) => (number < 4 ? later() : { content: ['Done.'] }));
  const { asked, holder } = account({
    current: [granted('second'), refused('not_found', 'Removed.'), refused('not_found', 'Removed.')],
  });
  const input = await turnOf(holder, token('first'));
  expect(await runAgentLoop(input)).toMatchObject({ state: 'completed' });
  expect(asked).toEqual(['credential', 'credential', 'credential']);
  expect(simulator.requests.map(({ key }) => key)).toEqual(['first', 'second', 'second', 'second']);
});

it('asks for the credential of a turn that is taken up again; one that was removed is broken', async () => {
  const taken = account({ current: [granted('token')] });
  expect(await ByokClient.open(taken.holder, simulator.url, null)).toMatchObject({ ok: true });
  const removed = account({ current: [refused('not_found', 'No Claude account is connected.')] });
  expect(await ByokClient.open(removed.holder, simulator.url, null)).toMatchObject({
    ok: false,
    code: 'connection_broken',
  });
});
