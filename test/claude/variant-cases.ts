import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import type { RateLimit } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { rateLimitHeaders } from '../support/rate-limit-answers.ts';

/**
 * What was not recorded, but stands beside what was: the other windows, reasons, statuses, kinds of credential and malformed answers. What
 * is expected follows from the rules in `docs/signals.md`.
 */
export interface Sibling {
  /** As the recorded cases are named: the letter tells the family. */
  name: string;
  kind: ClaudeCredential['kind'];
  /** The last one serves all further requests. */
  answers: Answer[];
  told: Told;
  /** Worth a run through the whole product: what the runtime underneath does counts. */
  wire: boolean;
}

export interface Told {
  /** The one state of the account that is told, as far as it is not `nothing`; `resetsAt` in UNIX milliseconds. */
  limit?: Partial<RateLimit>;
  /** The status of each wait; `forever`: of all that there may be. */
  retries?: (number | null)[] | { forever: number | null };
  /** `credit_exhausted`, or the code of the `prompt_error`. */
  end?: string;
  /** The `resetsAt` of the end. */
  reset?: number;
}

export type Headers = Record<string, string>;

/** Collects siblings, told at one time. */
export class SiblingBook {
  readonly list: Sibling[] = [];
  /** What Claude says of a plan when nothing is the matter. */
  readonly usual: Headers;
  /** The same, as it is told. */
  readonly read: Partial<RateLimit>;
  readonly #seconds: number;

  /** @param now UNIX milliseconds */
  constructor(now: number) {
    this.#seconds = Math.round(now / 1000);
    this.usual = {
      status: 'allowed',
      reset: this.at(fiveHours),
      'representative-claim': 'five_hour',
      '5h-status': 'allowed',
      '5h-utilization': '0.12',
      '5h-reset': this.at(fiveHours),
      '7d-status': 'allowed',
      '7d-utilization': '0.34',
      '7d-reset': this.at(week),
      fallback: 'available',
      'fallback-percentage': '0.5',
      'overage-status': 'rejected',
      'overage-disabled-reason': 'org_level_disabled',
    };
    this.read = {
      resetsAt: this.ms(fiveHours),
      rateLimitType: 'five_hour',
      overageStatus: 'rejected',
      overageDisabledReason: 'org_level_disabled',
    };
  }

  /** A time so many seconds away, as a header has it. */
  at(away: number): string {
    return String(this.#seconds + away);
  }

  /** The same, as it is told. */
  ms(away: number): number {
    return (this.#seconds + away) * 1000;
  }

  /** @param kinds `o` for a plan, `k` for a key */
  readonly add = (name: string, kinds: 'o' | 'k' | 'ok', answers: Answer[], told: Told = {}, wire = false): void => {
    for (const letter of kinds) {
      const kind = letter === 'o' ? 'oauth' : 'api_key';
      const { limit, ...rest } = told;
      // A plan is told of with every success; a key never is.
      const state = kind === 'oauth' && (limit !== undefined || told.end === undefined) ? { limit: { ...limit } } : {};
      this.list.push({ name: `${name} (${kind})`, kind, answers, told: { ...rest, ...state }, wire });
    }
  };

  /** A served request of a plan; `limit` where it differs from the usual. */
  readonly served = (name: string, headers: Headers, limit: Partial<RateLimit> = {}): void =>
    this.add(name, 'o', [{ headers: rateLimitHeaders({ ...this.usual, ...headers }) }], {
      limit: { ...this.read, ...limit },
    });

  /** The usual headers but for some. */
  without(...names: string[]): Headers {
    return Object.fromEntries(Object.entries(this.usual).filter(([name]) => !names.includes(name)));
  }
}

/** Seconds until the windows of a usual plan reset. */
export const fiveHours = 9_000;
export const week = 343_800;
