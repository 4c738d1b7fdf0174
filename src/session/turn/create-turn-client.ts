import type { Account } from '../../account/account.ts';
import type { ConnectionPort, SpendPort } from '../../agent/ports.ts';
import { type ClaudeClient, type ClaudeCredential, createClaude } from '../../claude/claude-client.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Payer } from '../../protocol/events.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import type { Settings } from '../../settings.ts';
import { ByokClient } from './byok-client.ts';

/** What stands behind the Claude of a turn. */
export interface TurnClientDeps {
  settings: Settings;
  /** The account that owns the session now: it may change while a turn runs. */
  owner(): DurableObjectStub<Account>;
  treasury(): DurableObjectStub<Treasury>;
  waitUntil(promise: Promise<unknown>): void;
}

/** The Claude that a turn asks, and the purse or the connection that pays for it. */
export type TurnClient =
  | { claude: ClaudeClient; spend: SpendPort }
  | { claude: ClaudeClient; connection: ConnectionPort };

/** The demo model answers as a plan does, so that all that Claude says of limits can be seen without one. */
const demoPlan: ClaudeCredential = { kind: 'oauth', token: 'demo', beta: 'oauth-demo' };

/**
 * The Claude of a turn, by who pays.
 *
 * @param credential that of the turn's lease; null where the turn lost its object: then the account is asked for its own
 * @returns a refusal where the account's own connection cannot be used
 */
export async function createTurnClient(
  source: TurnClientDeps,
  payer: Payer,
  credential: ClaudeCredential | null,
): Promise<RpcResult<TurnClient>> {
  const { settings, owner } = source;
  const { anthropicBaseUrl: baseUrl, anthropicKey, demo } = settings;
  if (payer !== 'connection') {
    const claude = createClaude({
      credential: demo ? demoPlan : { kind: 'api_key', key: anthropicKey ?? '' },
      baseUrl,
    });
    return { ok: true, value: { claude, spend: operatorsPurse(source) } };
  }
  const holder = {
    credential: async () => owner().credential(),
    renewCredential: async (refused: ClaudeCredential) => owner().renewCredential(refused),
  };
  const connected = await ByokClient.open(holder, baseUrl, credential);
  return connected.ok ? { ok: true, value: { claude: connected.value, connection: connected.value } } : connected;
}

function operatorsPurse({ settings, treasury, waitUntil }: TurnClientDeps): SpendPort {
  return {
    reserve: async (call, usd) => treasury().reserve(call, usd, settings.hostedDailyUsd),
    // A settlement that gets lost leaves the reservation as it was: never too little.
    settle: (call, usd) => waitUntil(Promise.resolve(treasury().settle(call, usd)).catch(() => undefined)),
  };
}
