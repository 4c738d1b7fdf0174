import type { Watchers } from './events/watchers.ts';
import type { MetaStore } from './storage/session-meta.ts';
import type { PromptQueue } from './turn/prompt-queue.ts';
import type { TurnStore } from './turn/turn-store.ts';

const dayMs = 24 * 60 * 60_000;

/** How long before its deletion a project that is only looked at is told about it, at the least. Days. */
const noticeDays = 14;

/** How long a project is left alone whose owner could not be asked, or is about to become a user. Milliseconds. */
const retryMs = 60 * 60_000;

export interface IdleExpiryDeps {
  meta: Pick<MetaStore, 'get' | 'number' | 'set'>;
  turns: Pick<TurnStore, 'active' | 'hasPayer'>;
  queue: Pick<PromptQueue, 'items'>;
  watchers: Pick<Watchers, 'isAnyoneWatching'>;
  /** Days without use after which a visitor's project is deleted; 0: never. */
  days: number;
  /** The clock of expiries: what it adds to the system's. */
  clockOffsetMs: number;
}

/**
 * The end of a visitor's project that nobody uses. Use is a turn and any change; to look at it is use, too, but in the last days, in which the
 * page tells of the deletion: then it leaves as many days as the notice takes. The projects of users stay, and those that were ever built on
 * a connection of their owner's.
 */
export class IdleExpiry {
  readonly #deps: IdleExpiryDeps;
  #isOwnersClaude = false;
  #notBefore = 0;

  constructor(deps: IdleExpiryDeps) {
    this.#deps = deps;
  }

  /** When the project is deleted unless somebody uses it, by the system's clock, UNIX milliseconds; null: it stays. */
  expiresAt(): number | null {
    return this.#mayExpire && !this.#hasOwnersClaude() ? this.#end() : null;
  }

  /** When to try to delete it; null: not before something else has happened. */
  alarmAt(): number | null {
    const { turns, queue } = this.#deps;
    if (turns.active() !== null || queue.items().length > 0) return null;
    const at = this.expiresAt();
    return at === null ? null : Math.max(at, this.#notBefore);
  }

  /** Whether it is to be deleted now. */
  isOver(): boolean {
    // The time first: this is asked at each call of the owner.
    if (!this.#mayExpire || this.#end() > Date.now()) return false;
    const { turns, queue, watchers } = this.#deps;
    if (turns.active() !== null || queue.items().length > 0 || this.#hasOwnersClaude()) return false;
    if (!watchers.isAnyoneWatching) return true;
    // A page that stands open makes no request, and nobody has to press anything to keep what they look at.
    this.use('look');
    return false;
  }

  /** Nothing came of deleting it, for now. */
  postpone(): void {
    this.#notBefore = Date.now() + retryMs;
  }

  /** Notes a use: at most one row a day, and none where a turn or an edit has told it already. */
  use(how: 'look' | 'act'): void {
    const { days, meta } = this.#deps;
    if (!this.#mayExpire) return;
    const last = this.#lastUse();
    const isNoticed = last + (days - noticeDays) * dayMs < this.#now();
    const used = how === 'look' && isNoticed ? this.#now() - Math.max(0, days - noticeDays) * dayMs : this.#now();
    if (used - last >= dayMs * Math.min(1, days / 24)) meta.set({ used_at: String(used) });
  }

  /** The owner is a user: the project stays. */
  keep(): void {
    this.#deps.meta.set({ keep: '1' });
  }

  get #mayExpire(): boolean {
    return this.#deps.days > 0 && this.#deps.meta.get('keep') !== '1';
  }

  #end(): number {
    return this.#lastUse() + this.#deps.days * dayMs - this.#deps.clockOffsetMs;
  }

  #now(): number {
    return Date.now() + this.#deps.clockOffsetMs;
  }

  #lastUse(): number {
    const { meta } = this.#deps;
    return Math.max(meta.number('used_at'), meta.number('updated_at'));
  }

  #hasOwnersClaude(): boolean {
    this.#isOwnersClaude ||= this.#deps.turns.hasPayer('connection');
    return this.#isOwnersClaude;
  }
}
