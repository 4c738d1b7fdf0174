import { createHmac } from 'node:crypto';
import { createMiddleware } from 'hono/factory';
import { addressNetwork, isLoopback } from '../../operator/address-network.ts';
import { ProblemError } from '../../protocol/problems.ts';
import { defaultCallsPerMinute } from '../../settings.ts';
import { type AppContext, type AppEnv, type Bindings, settingsOf } from '../http/app-env.ts';
import { type CallLimiter, IsolateCallLimiter } from '../http/isolate-call-limiter.ts';
import { isSafe } from './same-origin.ts';
import { addressOf } from './visitor.ts';

/** How many times the limit of one caller a whole network has: a school, an office, a mobile network behind one address. */
const callersPerNetwork = 10;

/** The milliseconds for which it is remembered that an account pays its turns itself. */
const payerFreshMs = 60_000;

/** Accounts that are remembered at a time. */
const maxPayers = 10_000;

interface Limiters {
  env: Bindings;
  caller: CallLimiter;
  network: CallLimiter;
}

let limiters: Limiters | null = null;

/** Cloudflare's counters where the deployment has them and no setting says another number; else this isolate's own. */
function limitersOf(env: Bindings): Limiters {
  if (limiters?.env === env) return limiters;
  const set = settingsOf(env).callsPerMinute;
  const perMinute = set ?? defaultCallsPerMinute;
  limiters = {
    env,
    caller: (set === null && env.CALLER_CALLS) || new IsolateCallLimiter(perMinute),
    network: (set === null && env.NETWORK_CALLS) || new IsolateCallLimiter(perMinute * callersPerNetwork),
  };
  return limiters;
}

/** What is counted apart: an app that reports without end must not use up its visitor's calls, nor a visitor's calls their turns. */
function kindOf(c: AppContext): 'prompt' | 'report' | 'call' {
  if (c.req.path === '/api/chat') return 'prompt';
  return c.req.path.endsWith('/preview/report') ? 'report' : 'call';
}

const selfPaying = new Map<string, number>();

/** Whether the account's turns are paid by its own connection. Asked only where a limit is passed: below it, nobody pays a lookup. */
async function paysItself(c: AppContext, account: string): Promise<boolean> {
  const now = Date.now();
  if ((selfPaying.get(account) ?? 0) > now) return true;
  const detail = await c.env.ACCOUNT.getByName(account).detail();
  if (detail?.payer !== 'connection') return false;
  if (selfPaying.size >= maxPayers) selfPaying.clear();
  selfPaying.set(account, now + payerFreshMs);
  return true;
}

/**
 * Limits the calls whose method is not safe, a minute: of one caller (by the cookie's account, its signature verified), and of one network.
 * It comes before a body is read and before any object is reached. This machine's own address is exempt unless the setting is there.
 * A turn that the caller's own connection pays is never refused.
 */
export const limitCalls = createMiddleware<AppEnv>(async (c, next) => {
  const address = addressOf(c);
  const { callsPerMinute, sessionKeys } = settingsOf(c.env);
  const isExempt = callsPerMinute === null && isLoopback(address);
  if (isSafe(c.req.method) || isExempt) return next();
  const { caller, network } = limitersOf(c.env);
  const account = c.get('claimed')?.account ?? null;
  const kind = kindOf(c);
  // Counters keep their keys: an address is none.
  const place = createHmac('sha256', sessionKeys[0] ?? '')
    .update(`calls ${addressNetwork(address)}`)
    .digest('base64url');
  const outcomes = await Promise.all([
    network.limit({ key: `${kind} ${place}` }),
    // Nobody in particular is their network.
    caller.limit({ key: `${kind} ${account ?? place}` }),
  ]);
  if (outcomes.every(({ success }) => success)) return next();
  if (kind === 'prompt' && account !== null && (await paysItself(c, account))) return next();
  const retryAfter = 60 - (Math.floor(Date.now() / 1000) % 60);
  throw new ProblemError('too_many_requests', 'These were too many calls in one minute. Wait a moment, then go on.', {
    retryAfter,
  });
});
