// The calls of the API that tests iterate over. `api-calls.worker.test.ts` asserts that none is missing.

/** A call of the API: method, path, body. */
export type Call = [method: string, path: string, body?: unknown];

/** Every call that names a session, except its WebSocket; `:id` is a placeholder for it. */
export const sessionCalls: Call[] = [
  ['GET', '/api/sessions/:id'],
  ['PATCH', '/api/sessions/:id', { title: 'Mine' }],
  ['DELETE', '/api/sessions/:id'],
  ['GET', '/api/sessions/:id/events'],
  ['POST', '/api/sessions/:id/stop', {}],
  ['POST', '/api/sessions/:id/undo', {}],
  ['POST', '/api/sessions/:id/redo', {}],
  ['POST', '/api/sessions/:id/revert', { version: 1 }],
  ['GET', '/api/sessions/:id/history'],
  ['POST', '/api/sessions/:id/fresh-start', {}],
  ['DELETE', '/api/sessions/:id/fresh-start'],
  ['DELETE', '/api/sessions/:id/queue/aaaa'],
  ['PATCH', '/api/sessions/:id/queue/aaaa', { prompt: 'x' }],
  ['GET', '/api/sessions/:id/files'],
  ['GET', '/api/sessions/:id/files/a.txt'],
  ['PUT', '/api/sessions/:id/files/a.txt', new Uint8Array(1)],
  ['GET', '/api/sessions/:id/export.zip'],
  ['PUT', '/api/sessions/:id/model', { model: 'claude-haiku-5-5' }],
  ['GET', '/api/sessions/:id/sandbox'],
  ['PUT', '/api/sessions/:id/network', { hosts: [] }],
  ['POST', '/api/sessions/:id/command/stop', {}],
  ['GET', '/api/sessions/:id/server'],
  ['DELETE', '/api/sessions/:id/server'],
  ['POST', '/api/sessions/:id/preview/reset', {}],
  ['POST', '/api/sessions/:id/preview/report', { revision: 0, path: '/', blank: false, problems: [], snapshot: '' }],
];

/** Every call for signed-in users only; `:own` is a placeholder for an id that is theirs. */
export const userCalls: Call[] = [
  ['GET', '/api/account/logins'],
  ['GET', '/api/account/passkeys'],
  ['PATCH', '/api/account/passkeys/:own', { name: 'Mine' }],
  ['DELETE', '/api/account/passkeys/:own'],
  ['DELETE', '/api/account/logins/:own'],
  ['GET', '/api/account/identities'],
  ['DELETE', '/api/account/identities/:own'],
  ['GET', '/api/account/credits'],
  ['GET', '/api/account/credits/history'],
  ['GET', '/api/account/credits/history.csv'],
  ['GET', '/api/account/credits/summary'],
  ['POST', '/api/account/credits/redeem', { code: 'WELCOME' }],
  ['PUT', '/api/account/time-zone', { timeZone: 'Europe/Berlin' }],
  ['GET', '/api/account/reviews'],
  ['GET', '/api/account/reviews/evidence'],
  ['POST', '/api/account/reviews', { session: 'a'.repeat(26), task: 'x' }],
  ['POST', '/api/account/feedback', { kind: 'bug', text: 'x' }],
  ['POST', '/api/account/plan/enquiry', { text: 'x' }],
];

/** Every call that signs in or out, or changes the account. */
const accountCalls: Call[] = [
  ['POST', '/api/auth/passkey/register/options', {}],
  ['POST', '/api/auth/passkey/register', {}],
  ['POST', '/api/auth/passkey/login/options', {}],
  ['POST', '/api/auth/passkey/login', {}],
  ['POST', '/api/auth/oidc/acme', {}],
  ['POST', '/api/auth/sign-out', { everywhere: true }],
  ['DELETE', '/api/account'],
  ['POST', '/api/account/connection', { kind: 'api_key', key: 'sk-ant-x' }],
  ['DELETE', '/api/account/connection'],
  ['POST', '/api/account/connection/oauth/start', {}],
  ['POST', '/api/account/connection/oauth/finish', { code: 'x#y' }],
];

/** Every call whose method is not safe (RFC 9110, 9.2.1). */
export const unsafeCalls: Call[] = [
  ['POST', '/api/chat', { prompt: 'x' }],
  ['POST', '/api/sessions', {}],
  ['POST', '/api/operator/reseal', {}],
  ['POST', '/api/operator/grants', { account: 'a'.repeat(26), credits: 1 }],
  ['POST', '/api/operator/plans', { account: 'a'.repeat(26), plan: 'pro' }],
  ['POST', '/api/operator/promo-codes', { code: 'WELCOME', credits: 1 }],
  ['POST', `/api/operator/reviews/${'a'.repeat(26)}`, { decision: 'decline', advice: 'x' }],
  ...[...sessionCalls, ...userCalls].filter(([method]) => method !== 'GET'),
  ...accountCalls,
];

/** A path with its placeholder replaced by a session. */
export const pathFor = (path: string, session: string): string => path.replace(':id', session);
