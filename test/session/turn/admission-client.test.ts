import { afterEach, expect, it } from 'vitest';
import type { Account } from '../../../src/account/account.ts';
import type { Admission, AdmissionRequest } from '../../../src/account/billing/admission-types.ts';
import { AdmissionClient, resumedRequest } from '../../../src/session/turn/admission-client.ts';
import type { SettlementDelivery } from '../../../src/session/turn/settlement-delivery.ts';
import type { TurnRow } from '../../../src/session/turn/turn-store.ts';
import { NodeObject } from '../node-object.ts';

const turn: TurnRow = {
  id: 'turn',
  prompt: 'A timer\nwith a bell',
  attachments: [],
  mode: 'build',
  wantedModel: null,
  model: 'claude-haiku-5-5',
  payer: 'trial',
  state: 'admitting',
  stopping: false,
  queued: false,
  counted: false,
  createdAt: 1,
  startedAt: null,
  finishedAt: null,
  firstSeq: null,
  lastSeq: null,
};

const refusal: Admission = { ok: false, payer: 'trial', code: 'sign_in_required', detail: 'Sign in.', fields: {} };

let object: NodeObject;
afterEach(() => object.close());

/** Asks accounts that answer from a script, one step for each request. Where it ends, the account grants nothing and refuses. */
function setUp(script: ((request: AdmissionRequest) => Admission | Promise<Admission>)[]) {
  object = new NodeObject(':memory:', {});
  const requests: AdmissionRequest[] = [];
  const account = {
    admit: async (request: AdmissionRequest) => {
      requests.push(request);
      return script[requests.length - 1]?.(request) ?? refusal;
    },
  };
  const client = new AdmissionClient(object.context, {
    owner: () => account as unknown as DurableObjectStub<Account>,
    scheduleAlarm: async () => undefined,
    waitUntil: () => undefined,
    settlements: { inFlight: Promise.resolve() } as SettlementDelivery,
  });
  return { client, requests };
}

const unreachable = () => {
  throw new Error('The account is restarting.');
};
const granted = ({ turn }: AdmissionRequest): Admission => ({
  ok: true,
  lease: {
    turn,
    payer: 'trial',
    trial: { used: 1, limit: 6 },
    model: 'claude-haiku-5-5',
    source: 'shared',
    credential: { kind: 'api_key', key: 'sk-test' },
  },
});
/** The visitor signs in while the request is on its way: their project goes to the user. */
const handsOver = (to: string) => () => {
  object.context.meta.set({ owner: to });
  return refusal;
};

it('reaches an account that fails twice, with the same request', async () => {
  const { client, requests } = setUp([unreachable, unreachable, granted]);
  expect(await client.ask(turn, resumedRequest)).toMatchObject({ ok: true, lease: { turn: 'turn' } });
  expect(requests).toHaveLength(3);
  expect(requests[0]).toMatchObject({ turn: 'turn', session: 'session', title: 'A timer', visitor: 'visitor' });
  expect(new Set(requests.map((request) => JSON.stringify(request)))).toHaveLength(1);
});

it('gives up an account that fails three times', async () => {
  const { client, requests } = setUp([unreachable, unreachable, unreachable, granted]);
  await expect(client.ask(turn, resumedRequest)).rejects.toThrow('The account is restarting.');
  expect(requests).toHaveLength(3);
  expect(client.isPending('turn')).toBe(false);
});

it('takes a refusal at its word: it asks once', async () => {
  const { client, requests } = setUp([]);
  expect(await client.ask(turn, { address: '127.0.0.1', force: true })).toEqual(refusal);
  expect(requests).toMatchObject([{ address: '127.0.0.1', force: true }]);
});

it('asks the account that the project has gone to while the first one refused', async () => {
  const { client, requests } = setUp([handsOver('user'), granted]);
  expect(await client.ask(turn, resumedRequest)).toMatchObject({ ok: true });
  expect(requests.map(({ visitor }) => visitor)).toEqual(['visitor', 'user']);
});

it('gives up an account that fails after the project has changed hands, too', async () => {
  const { client, requests } = setUp([unreachable, unreachable, handsOver('user'), unreachable, granted]);
  await expect(client.ask(turn, resumedRequest)).rejects.toThrow('The account is restarting.');
  expect(requests.map(({ visitor }) => visitor)).toEqual(['visitor', 'visitor', 'visitor', 'user']);
});

it('ends the wait for an answer when it is told to, for this turn only', async () => {
  const answer = Promise.withResolvers<Admission>();
  const { client } = setUp([() => answer.promise]);
  const asking = client.ask(turn, resumedRequest);
  expect([client.isPending('turn'), client.isPending('another')]).toEqual([true, false]);
  client.cancel('another');
  expect(client.isPending('turn')).toBe(true);
  client.cancel('turn');
  expect(await asking).toBeNull();
  expect(client.isPending('turn')).toBe(false);
  answer.resolve(refusal);
});
