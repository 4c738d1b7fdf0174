import { randomBytes } from 'node:crypto';

export interface ServerOptions {
  clientId: string;
  redirectUri: string;
  /** Separated by spaces. */
  scopes: string;
  /** How token requests have to be written. */
  format: 'json' | 'form';
  /** Seconds that access tokens live, as the server says. Default: an hour. */
  lifeSeconds?: number;
}

/** What happens to one token request instead of an ordinary answer. */
export type Fault =
  | { kind: 'status'; status: number; retryAfter?: number }
  /** The connection breaks: after the server has done what was asked, or before. */
  | { kind: 'drop'; done: boolean }
  /** The answer waits for `release`, once the server has done what was asked. */
  | { kind: 'hold' };

/** One token request as it came, and what was done. */
export interface TokenRequest {
  grant: string;
  outcome: 'granted' | 'replayed' | 'refused' | 'faulted';
}

interface Code {
  challenge: string;
  redirectUri: string;
}

interface Family {
  access: string;
  refresh: string;
  /** Body of the answer by the refresh token that was traded for it: what a replay would give. */
  answers: Map<string, object>;
  dead: boolean;
}

/** Thrown for a connection that is to break. */
export class Dropped extends Error {}

/**
 * An authorization server that lets nothing pass: PKCE by S256 only, codes and refresh tokens that work once, the redirect URI to
 * the letter. A refresh token that comes a second time ends the whole connection (RFC 9700, 4.14.2), unless `replays` is set.
 */
export class AuthorizationServer {
  /** Whether a used refresh token gets the answer that it got before. */
  replays = false;
  /** Faults of the coming token requests, in order. */
  readonly faults: Fault[] = [];
  readonly tokenRequests: TokenRequest[] = [];
  /** Every secret that it has given or seen: none of them may be found anywhere else. */
  readonly secrets: string[] = [];
  readonly #options: ServerOptions;
  readonly #codes = new Map<string, Code>();
  readonly #families: Family[] = [];
  readonly #expired = new Set<string>();
  readonly #held: (() => void)[] = [];
  readonly #watchers = new Set<() => void>();

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** The redirect of somebody who says yes. Throws where the request for it is not to the letter. */
  authorize(url: URL): URL {
    const query = url.searchParams;
    const { clientId, redirectUri, scopes } = this.#options;
    const wanted = { response_type: 'code', client_id: clientId, redirect_uri: redirectUri, scope: scopes };
    for (const [name, value] of Object.entries({ ...wanted, code_challenge_method: 'S256' }))
      if (query.getAll(name).join() !== value) throw new Error(`${name} is ${query.get(name)}`);
    const challenge = query.get('code_challenge') ?? '';
    const state = query.get('state') ?? '';
    if (!/^[\w-]{43}$/.test(challenge) || state.length < 22 || state === challenge) throw new Error('not by PKCE');
    const code = this.#secret('code');
    this.#codes.set(code, { challenge, redirectUri });
    const redirect = new URL(redirectUri);
    redirect.searchParams.set('code', code);
    redirect.searchParams.set('state', state);
    return redirect;
  }

  /** Answers a request to the token endpoint. Throws `Dropped` where the connection is to break. */
  async token(contentType: string, body: string): Promise<{ status: number; headers: object; body: object }> {
    const fault = this.faults.shift();
    const fields = this.#fieldsOf(contentType, body);
    const record: TokenRequest = { grant: fields.grant_type ?? '', outcome: 'faulted' };
    this.tokenRequests.push(record);
    if (fault?.kind === 'drop' && !fault.done) throw new Dropped();
    if (fault?.kind === 'status') {
      const headers = fault.retryAfter === undefined ? {} : { 'Retry-After': String(fault.retryAfter) };
      return { status: fault.status, headers, body: { error: 'temporarily_unavailable' } };
    }
    const answer = await this.#grant(fields, record);
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
    if (fault?.kind === 'drop') throw new Dropped();
    if (fault?.kind === 'hold') await new Promise<void>((resolve) => this.#held.push(resolve));
    return 'error' in answer ? { status: 400, headers: {}, body: answer } : { status: 200, headers: {}, body: answer };
  }

  /** Whether an access token is good. */
  accepts(token: string): boolean {
    return this.#families.some(({ access, dead }) => !dead && access === token) && !this.#expired.has(token);
  }

  /** Lets all access tokens of now expire. */
  expire(): void {
    for (const { access } of this.#families) this.#expired.add(access);
  }

  /** Ends all connections. */
  revoke(): void {
    for (const family of this.#families) family.dead = true;
  }

  /** Settles when so many token requests have been done. */
  async done(count: number): Promise<void> {
    while (this.tokenRequests.filter(({ outcome }) => outcome !== 'faulted').length < count)
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
  }

  /** Sends the answers that are held. */
  release(): void {
    for (const resolve of this.#held.splice(0)) resolve();
  }

  #fieldsOf(contentType: string, body: string): Record<string, string> {
    const [type] = contentType.split(';');
    const wanted = this.#options.format === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
    if (type !== wanted) throw new Error(`A token request has to be ${wanted}, not ${type}.`);
    if (this.#options.format === 'json') return JSON.parse(body) as Record<string, string>;
    return Object.fromEntries(new URLSearchParams(body));
  }

  async #grant(fields: Record<string, string>, record: TokenRequest): Promise<object> {
    record.outcome = 'refused';
    if (fields.client_id !== this.#options.clientId) return { error: 'invalid_client' };
    const { code = '', refresh_token: used = '', code_verifier: verifier = '' } = fields;
    if (fields.grant_type === 'authorization_code') {
      this.secrets.push(verifier);
      const known = this.#codes.get(code);
      this.#codes.delete(code);
      const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
      const challenge = Buffer.from(hash).toString('base64url');
      if (!known || known.challenge !== challenge || known.redirectUri !== fields.redirect_uri)
        return { error: 'invalid_grant' };
      const family: Family = { access: '', refresh: '', answers: new Map(), dead: false };
      this.#families.push(family);
      record.outcome = 'granted';
      return this.#pair(family);
    }
    if (fields.grant_type !== 'refresh_token') return { error: 'unsupported_grant_type' };
    const family = this.#families.find(({ refresh, answers }) => refresh === used || answers.has(used));
    if (!family || family.dead) return { error: 'invalid_grant' };
    const before = family.answers.get(used);
    if (before) {
      record.outcome = this.replays ? 'replayed' : 'refused';
      if (this.replays) return before;
      family.dead = true;
      return { error: 'invalid_grant' };
    }
    record.outcome = 'granted';
    const answer = this.#pair(family);
    family.answers.set(used, answer);
    return answer;
  }

  #pair(family: Family): object {
    family.access = this.#secret('access');
    family.refresh = this.#secret('refresh');
    const { lifeSeconds = 3600, scopes } = this.#options;
    return {
      access_token: family.access,
      refresh_token: family.refresh,
      token_type: 'Bearer',
      expires_in: lifeSeconds,
      scope: scopes,
    };
  }

  #secret(kind: string): string {
    const secret = `canary-${kind}-${randomBytes(16).toString('hex')}`;
    this.secrets.push(secret);
    return secret;
  }
}
