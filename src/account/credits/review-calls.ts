import { RpcTarget } from 'cloudflare:workers';
import type * as v from 'valibot';
import { defaultModel } from '../../claude/model-catalogue.ts';
import { businessDaysAfter } from '../../credits/business-days.ts';
import { History } from '../../credits/history.ts';
import { toCredits, toMicro } from '../../credits/micro-credits.ts';
import { platformFaults } from '../../credits/platform-faults.ts';
import { mayRestore, restoreWindowMs } from '../../credits/restore-bounds.ts';
import { tipsFrom, tipsText } from '../../credits/review-tips.ts';
import { type Review, Reviews } from '../../credits/reviews.ts';
import { type Decision, stateAfter } from '../../operator/inbox.ts';
import type { Treasury } from '../../operator/treasury.ts';
import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { ReviewRequest } from '../../protocol/review-requests.ts';
import type { ReviewAnswer, ReviewEntry, ReviewEvidence, SessionEvidence } from '../../protocol/review-resources.ts';
import { type RpcResult, rpcResult } from '../../protocol/rpc-result.ts';
import type { SqlStore } from '../../storage/sql.ts';
import type { AccountLedger } from './account-ledger.ts';

/** Reviews that an account may ask for in a day, and business days until a decision is due. */
const maxPerDay = 10;
/** Reviews of one account that wait for a decision, at the most. */
const maxSubmitted = 20;
const dueDays = 2;

const dayMs = 86_400_000;

export interface ReviewCallsDeps {
  store: SqlStore;
  ledger: AccountLedger;
  treasury(): Pick<DurableObjectStub<Treasury>, 'putReview'>;
  /** There are more credits than before. */
  onMore(): void;
}

/** The part of the account's RPC interface that is about reviews. All refuse with `not_found` where the account is no user's, or credits are off. */
export class ReviewCalls extends RpcTarget {
  readonly #deps: ReviewCallsDeps;

  constructor(deps: ReviewCallsDeps) {
    super();
    this.#deps = deps;
  }

  /**
   * Asks for a review. A clear fault of the platform is restored at once, within bounds; all else waits for an operator. Refusal:
   * `too_many_requests`.
   *
   * @param account this one
   * @param seen what the session saw of the turns
   */
  request(
    account: string,
    { session, task, turns: _, ...note }: v.InferOutput<typeof ReviewRequest>,
    seen: SessionEvidence,
  ): Promise<RpcResult<ReviewAnswer>> {
    return rpcResult(async () => {
      const { ledger, store } = this.#deps;
      const now = ledger.now();
      ledger.open();
      this.#assertNotTooMany(now);
      const review = store.transactionSync(() => this.#decideAtOnce({ session, task, note, seen, now }));
      if (review.state === 'restored') this.#deps.onMore();
      await this.#tell(account);
      return { ...toEntry(review), evidence: review.evidence };
    });
  }

  /** Newest first. @param account this one */
  list(account: string): Promise<RpcResult<ReviewEntry[]>> {
    return rpcResult(async () => {
      this.#deps.ledger.open();
      await this.#tell(account);
      return this.#reviews().list().map(toEntry);
    });
  }

  /** Carries out what an operator has decided. Idempotent. Refusal: `not_found` where the account has no such review. */
  decide(id: string, decision: Decision): Promise<RpcResult<ReviewEntry>> {
    return rpcResult(() => {
      const { ledger, store } = this.#deps;
      const now = ledger.now();
      const credits = ledger.open();
      const reviews = this.#reviews();
      const review = reviews.find(id);
      if (!review) throw new ProblemError('not_found', 'There is no such review.', { reason: 'review' });
      if (review.state !== 'submitted') return toEntry(review);
      const amount = toMicro(decision.credits);
      store.transactionSync(() => {
        reviews.decide(id, stateAfter(decision), amount, decision.advice, now);
        if (amount > 0) credits.give({ ...grantOf(id), amount, why: decision.advice }, now);
        // What an operator has restored is not restored again by the server.
        if (amount > 0) for (const { turn } of review.evidence.turns) reviews.markRestored(turn);
      });
      if (amount > 0) this.#deps.onMore();
      return toEntry(reviews.find(id) ?? review);
    });
  }

  #decideAtOnce({ session, task, note, seen, now }: Asked): Review {
    const { ledger } = this.#deps;
    const reviews = this.#reviews();
    const evidence = this.#weigh(session, seen);
    const faulty = evidence.turns.filter(({ faults, turn }) => faults.length > 0 && !reviews.isRestored(turn));
    const amount = sumOf(faulty);
    const isRestored = mayRestore(amount, reviews.restoredSince(now - restoreWindowMs), ledger.plan());
    const tips = tipsFrom(evidence.turns, evidence.contextSize, defaultModel);
    const id = newId();
    const review: Review = {
      ...{ id, session, task, note: JSON.stringify(note), evidence, tips, advice: tipsText(tips), at: now },
      state: isRestored ? 'restored' : 'submitted',
      cost: sumOf(evidence.turns),
      credits: isRestored ? amount : 0,
      dueAt: isRestored ? null : businessDaysAfter(now, dueDays),
      decidedAt: isRestored ? now : null,
    };
    reviews.add(review, false);
    if (isRestored) {
      for (const { turn } of faulty) reviews.markRestored(turn);
      ledger.open().give({ ...grantOf(id), amount, why: seen.title }, now);
    }
    return review;
  }

  /** The evidence, with what the ledger knows of each turn. */
  #weigh(session: string, seen: SessionEvidence): ReviewEvidence {
    const history = new History(this.#deps.store.sql);
    const turns = seen.turns.map((turn) => {
      const median = history.medianCost(turn.model, turn.tokens.output, turn.turn);
      return {
        ...turn,
        credits: toCredits(history.costOf(session, turn.turn)),
        medianCredits: median === null ? null : toCredits(median),
        faults: platformFaults(turn),
      };
    });
    return { ...seen, turns };
  }

  #assertNotTooMany(now: number): void {
    const reviews = this.#reviews();
    const asked = reviews.askedSince(now - dayMs);
    const isFull = reviews.countSubmitted() >= maxSubmitted;
    const first = isFull ? now : asked[asked.length - maxPerDay];
    if (first === undefined) return;
    throw new ProblemError('too_many_requests', `You can ask for ${maxPerDay} reviews a day.`, {
      ...{ scope: 'reviews', limit: maxPerDay, retryAfter: Math.ceil((first + dayMs - now) / 1000) },
    });
  }

  /** Tells the operator's inbox of the reviews that it has not heard of. What cannot be told now is told with the next call. */
  async #tell(account: string): Promise<void> {
    const reviews = this.#reviews();
    for (const review of reviews.untold()) {
      const { tips: _, note, cost, credits, ...rest } = review;
      const amounts = { cost: toCredits(cost), credits: toCredits(credits) };
      const told = await this.#deps
        .treasury()
        .putReview({ ...rest, ...amounts, account, note: JSON.parse(note) })
        .then(
          () => true,
          () => false,
        );
      if (!told) return;
      reviews.markTold(review.id);
    }
  }

  #reviews(): Reviews {
    return new Reviews(this.#deps.store.sql);
  }
}

interface Asked {
  session: string;
  task: string;
  note: Omit<v.InferOutput<typeof ReviewRequest>, 'session' | 'task' | 'turns'>;
  seen: SessionEvidence;
  now: number;
}

/** Micro-credits. */
const sumOf = (turns: readonly { credits: number }[]): number =>
  turns.reduce((sum, { credits }) => sum + toMicro(credits), 0);

const grantOf = (review: string) => ({
  ...{ id: `review ${review}`, kind: 'compensation' as const, expiresAt: null },
});

const toEntry = (review: Review): ReviewEntry => {
  const { id, state, session, task, evidence, advice, tips, at, dueAt, decidedAt } = review;
  const amounts = { credits: toCredits(review.credits), cost: toCredits(review.cost) };
  return { ...{ id, state, session, title: evidence.title, task, ...amounts }, advice, tips, at, dueAt, decidedAt };
};
