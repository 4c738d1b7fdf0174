import { createHmac } from 'node:crypto';

/** What people do with their accounts, and what is refused them. `docs/operations.md` says what each line means. */
export type AuditEvent =
  | 'sign_up'
  | 'sign_in'
  | 'proof'
  | 'sign_out'
  | 'passkey_added'
  | 'passkey_removed'
  | 'identity_added'
  | 'identity_removed'
  | 'account_deleted'
  | 'key'
  | 'connection_removed'
  | 'credits'
  | 'challenge'
  | 'refused';

/** The words of a line, in a closed form: no address, header, path, key or text of a visitor's fits into them. */
export interface AuditWords {
  outcome?: string;
  method?: string;
  code?: string;
  why?: string;
  scope?: string;
}

/** Lines of one kind in a minute, at the most: a flood of refusals is counted, not written down. */
const maxPerMinute = 60;
const minuteMs = 60_000;

/** 96 bits: no two accounts meet, and none can be read out of it. */
const digestChars = 16;

const closedForm = (word: string): string => (/^[a-z0-9_.-]{1,60}$/.test(word) ? word : 'other');

export interface AuditLogDeps {
  /** The key of the digests. */
  key: string;
  writeLine(text: string): void;
  /** UNIX milliseconds. */
  now(): number;
}

/**
 * Lines of JSON on sign-ins, proofs, acts on accounts, keys and refusals. Accounts and logins stand in them as an HMAC: the same one has the
 * same digest as long as the key stays. Bounded by kind and minute; `dropped` says how many lines of its kind were left out before.
 */
export class AuditLog {
  readonly #deps: AuditLogDeps;
  /** By event, outcome and code, which are few. */
  readonly #minutes = new Map<string, { since: number; count: number }>();

  constructor(deps: AuditLogDeps) {
    this.#deps = deps;
  }

  /**
   * @param who ids of the account and of the login, or null
   */
  write(event: AuditEvent, who: { account: string | null; login: string | null }, words: AuditWords = {}): void {
    const given = Object.entries(words).map(([name, word]) => [name, closedForm(String(word))]);
    const dropped = this.#droppedBefore([event, ...given.map(([, word]) => word)].join('/'));
    if (dropped === null) return;
    const line = {
      audit: event,
      ...Object.fromEntries(given),
      ...(who.account === null ? {} : { account: this.#digest('account', who.account) }),
      ...(who.login === null ? {} : { login: this.#digest('login', who.login) }),
      ...(dropped > 0 ? { dropped } : {}),
    };
    this.#deps.writeLine(JSON.stringify(line));
  }

  /** How many lines of a kind were left out since the last one; null if this one is left out, too. */
  #droppedBefore(kind: string): number | null {
    const now = this.#deps.now();
    const minute = this.#minutes.get(kind);
    if (!minute || now - minute.since >= minuteMs) {
      this.#minutes.set(kind, { since: now, count: 1 });
      return Math.max(0, (minute?.count ?? 0) - maxPerMinute);
    }
    minute.count += 1;
    return minute.count > maxPerMinute ? null : 0;
  }

  #digest(what: string, id: string): string {
    return createHmac('sha256', this.#deps.key).update(`log ${what} ${id}`).digest('base64url').slice(0, digestChars);
  }
}
