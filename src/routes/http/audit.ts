import { type AuditEvent, AuditLog, type AuditWords } from '../../log/audit-log.ts';
import type { ProblemError } from '../../protocol/problems.ts';
import { problemCodes } from '../../protocol/problems.ts';
import { type AppContext, type Bindings, settingsOf } from './app-env.ts';

let cached: { env: Bindings; log: AuditLog } | null = null;

function auditLogOf(env: Bindings): AuditLog {
  if (cached?.env !== env) {
    const [key = ''] = settingsOf(env).sessionKeys;
    cached = { env, log: new AuditLog({ key, writeLine: (text) => console.log(text), now: () => Date.now() }) };
  }
  return cached.log;
}

/** Writes a line on what the caller did, or on what was done for another account than theirs. */
export function audit(c: AppContext, event: AuditEvent, words: AuditWords = {}, account?: string): void {
  const who = { account: account ?? c.get('visitor') ?? null, login: c.get('login') ?? null };
  try {
    auditLogOf(c.env).write(event, who, words);
  } catch {
    // Without valid settings there is no key for the digests. The answer, which says so, must not fail for its line.
  }
}

/** Writes a line on a refusal that tells of a person's rights, limits or sign-in. */
export function auditRefusal(c: AppContext, { code, fields }: ProblemError): void {
  const told = fields.reason ?? fields.scope;
  const why = typeof told === 'string' ? { why: told } : {};
  if (code === 'fresh_sign_in_required') audit(c, 'proof', { outcome: 'demanded' });
  else if (code === 'sign_in_failed') audit(c, c.get('login') ? 'proof' : 'sign_in', { outcome: 'failed', ...why });
  else if (code === 'key_rejected' || code === 'oauth_failed') audit(c, 'key', { outcome: 'rejected', code });
  else if (code === 'too_many_requests' && fields.scope === 'key_checks') audit(c, 'key', { outcome: 'limit', code });
  else if (code === 'challenge_required' && fields.reason === 'failed') audit(c, 'challenge', { outcome: 'failed' });
  else if (isRefusal(code, told)) audit(c, 'refused', { code, ...why });
}

/** Statuses of calls that somebody had no right to, that met a limit, or that were not what a call may be. */
const refusals = [402, 403, 413, 415, 422, 429];

/** What is answered as not there may be somebody else's: both are a call on what the caller has no right to. */
const ownedThings = ['project', 'cookie', 'account', 'passkey', 'sign_in_method', 'login'];

function isRefusal(code: ProblemError['code'], reason: unknown): boolean {
  if (code === 'not_found') return ownedThings.some((thing) => thing === reason);
  return code === 'last_way_in' || refusals.includes(problemCodes[code].status);
}
