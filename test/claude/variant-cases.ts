import type { ClaudeCredential } from '../../src/claude/claude-client.ts';
import type { RateLimit } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { rateLimitHeaders } from '../support/rate-limit-answers.ts';

/**
 * A variant of a recorded case: another window, reason, status or kind of credential, or a malformed answer. Expectations follow from
 * the rules in `docs/signals.md`.
 */
export interface VariantCase {
  /** Named like the recorded cases: the letter is the family. */
  name: string;
  kind: ClaudeCredential['kind'];
  /** The last answer serves all further requests. */
  answers: Answer[];
  expected: ExpectedEvents;
  /** Also run through the whole product, because the runtime's behaviour matters. */
  endToEnd: boolean;
}

export interface ExpectedEvents {
  /** The single `rate_limit` state, as far as it differs from the default; `resetsAt` in UNIX milliseconds. */
  limit?: Partial<RateLimit>;
  /** The status of each `api_retry`; `forever`: the status of every possible one. */
  retries?: (number | null)[] | { forever: number | null };
  /** `credit_exhausted`, or the code of the `prompt_error`. */
  end?: string;
  /** The `resetsAt` of the end. */
  reset?: number;
}

export type Headers = Record<string, string>;

/** Collects variants whose headers are relative to one point in time. */
export class VariantCases {
  readonly list: VariantCase[] = [];
  /** The headers of a plan well below its limits. */
  readonly usual: Headers;
  /** The state that Redraw reads from them. */
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

  /** A time `offset` seconds from now, as in a header. */
  at(offset: number): string {
    return String(this.#seconds + offset);
  }

  /** A time `offset` seconds from now, in UNIX milliseconds. */
  ms(offset: number): number {
    return (this.#seconds + offset) * 1000;
  }

  /** @param kinds `o` for a plan, `k` for a key */
  readonly add = (
    name: string,
    kinds: 'o' | 'k' | 'ok',
    answers: Answer[],
    expected: ExpectedEvents = {},
    endToEnd = false,
  ): void => {
    for (const letter of kinds) {
      const kind = letter === 'o' ? 'oauth' : 'api_key';
      const { limit, ...rest } = expected;
      // A plan has a state with every success, a key never has one.
      const state =
        kind === 'oauth' && (limit !== undefined || expected.end === undefined) ? { limit: { ...limit } } : {};
      this.list.push({ name: `${name} (${kind})`, kind, answers, expected: { ...rest, ...state }, endToEnd });
    }
  };

  /** A served request of a plan; `limit` holds the differences from the usual state. */
  readonly served = (name: string, headers: Headers, limit: Partial<RateLimit> = {}): void =>
    this.add(name, 'o', [{ headers: rateLimitHeaders({ ...this.usual, ...headers }) }], {
      limit: { ...this.read, ...limit },
    });

  /** The usual headers except these. */
  without(...names: string[]): Headers {
    return Object.fromEntries(Object.entries(this.usual).filter(([name]) => !names.includes(name)));
  }
}

/** Seconds until the windows of a usual plan reset. */
export const fiveHours = 9_000;
export const week = 343_800;
