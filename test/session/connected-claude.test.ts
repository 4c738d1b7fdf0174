import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { runTurn } from '../../src/agent/run-turn.ts';
import type { ClaudeCredential } from '../../src/claude/client.ts';
import { ConnectedClaude, type ConnectionHolder, type CredentialReply } from '../../src/session/connected-claude.ts';
import { create, eventsOf, turnInput } from '../agent/support.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';

/** The tokens that Claude takes now. */
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

/** An account that answers one thing after the other, and notes what it was asked. */
function account(answers: { current?: CredentialReply[]; renewed?: CredentialReply[] } = {}) {
  const asked: string[] = [];
  const take = (list: CredentialReply[] | undefined): CredentialReply => {
    const next = list?.shift();
    if (!next) throw new Error('The account was asked too often.');
    return next;
  };
  const holder: ConnectionHolder = {
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

async function turnOf(holder: ConnectionHolder, credential: ClaudeCredential | null) {
  const opened = await ConnectedClaude.open(holder, simulator.url, credential);
  if (!opened.ok) throw new Error(opened.detail);
  const claude = opened.value;
  return turnInput(simulator, { payer: 'connection', claude, connection: claude });
}

it('renews a token that Claude refuses, once, and goes on', async () => {
  good.add('new');
  simulator.script([{ content: [create('a.txt', 'a')] }, { content: ['Done.'] }]);
  const { asked, holder } = account({ renewed: [granted('new')] });
  const input = await turnOf(holder, token('old'));
  expect(await runTurn(input)).toEqual({ state: 'completed', blameless: false });
  expect(asked).toEqual(['renew old']);
  expect(simulator.requests.map(({ key }) => key)).toEqual(['new', 'new']);
  expect(eventsOf(input.journal, 'api_retry')).toMatchObject([{ httpStatus: 401, attempt: 1 }]);
});

it('ends a turn with the reason of a connection that cannot be renewed', async () => {
  const { asked, holder } = account({ renewed: [refused('connection_broken', 'The grant was withdrawn.')] });
  const input = await turnOf(holder, token('old'));
  expect(await runTurn(input)).toMatchObject({ state: 'failed' });
  expect(eventsOf(input.journal, 'prompt_error')).toEqual([
    { code: 'connection_broken', message: 'The grant was withdrawn.', retryable: false },
  ]);
  expect(asked).toEqual(['renew old']);
});

it('does not call broken what can be tried again later', async () => {
  const { holder } = account({ renewed: [refused('connection_unavailable', 'The token server is down.')] });
  const input = await turnOf(holder, token('old'));
  await runTurn(input);
  expect(eventsOf(input.journal, 'prompt_error')).toEqual([
    { code: 'connection_unavailable', message: 'The token server is down.', retryable: true },
  ]);
});

it('tells of a second refusal as well, and asks no third time', async () => {
  const { asked, holder } = account({ renewed: [granted('new'), refused('connection_broken', 'Refused twice.')] });
  const input = await turnOf(holder, token('old'));
  expect(await runTurn(input)).toMatchObject({ state: 'failed' });
  expect(asked).toEqual(['renew old', 'renew new']);
  expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'connection_broken', retryable: false }]);
});

it('tells of a key that is refused', async () => {
  const { asked, holder } = account({ renewed: [refused('connection_broken', 'Connect again.')] });
  const input = await turnOf(holder, { kind: 'api_key', key: 'sk-own' });
  await runTurn(input);
  expect(asked).toEqual(['renew sk-own']);
  expect(eventsOf(input.journal, 'prompt_error')).toMatchObject([{ code: 'connection_broken', retryable: false }]);
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
  expect(await runTurn(input)).toMatchObject({ state: 'completed' });
  expect(asked).toEqual(['credential', 'credential', 'credential']);
  expect(simulator.requests.map(({ key }) => key)).toEqual(['first', 'second', 'second', 'second']);
});

it('asks for the credential of a turn that is taken up again; one that was removed is broken', async () => {
  const taken = account({ current: [granted('token')] });
  expect(await ConnectedClaude.open(taken.holder, simulator.url, null)).toMatchObject({ ok: true });
  const removed = account({ current: [refused('not_found', 'No Claude account is connected.')] });
  expect(await ConnectedClaude.open(removed.holder, simulator.url, null)).toMatchObject({
    ok: false,
    code: 'connection_broken',
  });
});
