import type { Account } from '../../account/account.ts';
import type { ConnectionPort, SpendPort } from '../../agent/turn-interfaces.ts';
import { type ClaudeClient, type ClaudeCredential, createClaude } from '../../claude/claude-client.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Payer } from '../../protocol/events.ts';
import type { RpcResult } from '../../protocol/rpc-result.ts';
import type { Settings } from '../../settings.ts';
import { ByokClient } from './byok-client.ts';
import { withAttempts } from './with-attempts.ts';

export interface TurnClientDeps {
  settings: Settings;
  /** The account that owns the session now: it may change while a turn runs. */
  owner(): DurableObjectStub<Account>;
  treasury(): DurableObjectStub<Treasury>;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
}

/** The Claude client of a turn, with what pays for it: the operator's budget, the account's credits, or the connection. */
export type TurnClient =
  | { claude: ClaudeClient; spend: SpendPort; isScripted: boolean }
  | { claude: ClaudeClient; connection: ConnectionPort };

/** The demo model is addressed with a plan's kind of token, so that its answers about limits look as they do for a plan. */
const demoCredential: ClaudeCredential = { kind: 'oauth', token: 'demo', beta: 'oauth-demo' };

/**
 * Creates the Claude client of a turn, depending on who pays.
 *
 * @param credential that of the turn's lease; null: the turn is resumed after eviction, and the account is asked for its credential
 * @param credits pays where the account's credits do
 * @returns a refusal where the visitor's own connection cannot be used
 */
export async function createTurnClient(
  deps: TurnClientDeps,
  payer: Payer,
  credential: ClaudeCredential | null,
  credits: () => SpendPort,
): Promise<RpcResult<TurnClient>> {
  const { settings, owner } = deps;
  const { anthropicBaseUrl: baseUrl, anthropicKey, demo } = settings;
  if (payer !== 'connection') {
    const claude = createClaude({
      credential: demo ? demoCredential : { kind: 'api_key', key: anthropicKey ?? '' },
      baseUrl,
    });
    return {
      ok: true,
      value: { claude, spend: payer === 'credits' ? credits() : operatorSpend(deps), isScripted: demo },
    };
  }
  const source = {
    credential: async () => owner().credential(),
    renewCredential: async (refused: ClaudeCredential) => owner().renewCredential(refused),
  };
  const connected = await ByokClient.open(source, baseUrl, credential);
  return connected.ok ? { ok: true, value: { claude: connected.value, connection: connected.value } } : connected;
}

/** The operator's budget. A settlement that gets lost all the same leaves its reservation: the budget is never undercounted. */
function operatorSpend({ settings, treasury, waitUntil }: TurnClientDeps): SpendPort {
  return {
    reserve: async (call, { most: usd }) =>
      (await treasury().reserve(call, usd, settings.hostedDailyUsd)) ? { ok: true, usd } : { ok: false, why: 'budget' },
    settle: (call, usd) => waitUntil(withAttempts(() => treasury().settle(call, usd)).catch(() => undefined)),
  };
}

/** Settles what a turn that the operator pays had open when its object was lost. @param usd dollars */
export function settleLostCall({ treasury, waitUntil }: TurnClientDeps, turn: string, usd: number): Promise<void> {
  const settled = withAttempts(() => treasury().settleLost(turn, usd)).catch(() => undefined);
  waitUntil(settled);
  return settled;
}
