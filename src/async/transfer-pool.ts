export interface TransferLimits {
  /** Transfers at a time in the pool. */
  most: number;
  /** Of one party. */
  mostOfParty: number;
  /** Through one gate. */
  mostOfGate: number;
  /** Transfers that may wait at one gate. */
  waiting: number;
  /** The same at all gates together. */
  waitingAtAll: number;
  /** Milliseconds that one waits. */
  waitMs: number;
  /** Milliseconds after which a transfer may be measured, and one that waits may claim its fair share. */
  graceMs: number;
  /** Milliseconds without progress after which a transfer gives way to whoever waits. */
  stallMs: number;
  /** Bytes a second, on average, below which a transfer gives way to another party. A second's worth of them is progress. */
  minRate: number;
  /** Milliseconds after which what was not renewed belonged to an object that is lost. */
  leaseMs: number;
}

/** One that has a place, or waits for one. */
interface Member {
  /** Who is served. */
  readonly party: string;
  readonly gate: object;
  readonly since: number;
  leasedUntil: number;
}

/** The place of a transfer. */
export interface Place extends Member {
  moved: number;
  /** Bytes moved, and when, at its last progress. */
  progress: { moved: number; at: number };
  /** Why it has to end, once it has to. */
  givesWay: string | null;
}

export interface Waiter extends Member {
  /** The place that was ended for it. */
  claimed: Place | null;
  /** Whether it waits no more: it has made room for another party. */
  isSentAway: boolean;
}

/**
 * The places of all gates of one isolate, which share its memory: who may take one, and who has to give one up. Plain data and no more,
 * because an object must not touch what belongs to another: each gate ends its own transfers. Fair queueing: a free place goes to the
 * party that has the fewest. One that waits in vain gets that of the slowest transfer of the party that has the most. Where too many wait,
 * one of the party that waits most makes room for a party that waits less.
 */
export class TransferPool {
  readonly limits: TransferLimits;
  readonly #places = new Set<Place>();
  readonly #waiters = new Set<Waiter>();

  constructor(limits: TransferLimits) {
    this.limits = limits;
  }

  /** @returns null where there is no place, or others who wait are to have it first */
  take(who: Waiter, now: number): Place | null {
    this.#forgetLost(now);
    if (this.#inTheWay(who) !== null || this.#next(who) !== who) return null;
    this.#waiters.delete(who);
    const { party, gate } = who;
    const place = {
      party,
      gate,
      since: now,
      leasedUntil: now + this.limits.leaseMs,
      moved: 0,
      progress: { moved: 0, at: now },
      givesWay: null,
    };
    this.#places.add(place);
    return place;
  }

  /** @returns null where too many wait already */
  join(party: string, gate: object, now: number): Waiter | null {
    this.#forgetLost(now);
    if (this.#waiters.size >= this.limits.waitingAtAll && !this.#sendOneAway(party)) return null;
    const waiter = {
      party,
      gate,
      since: now,
      leasedUntil: now + this.limits.leaseMs,
      claimed: null,
      isSentAway: false,
    };
    this.#waiters.add(waiter);
    return waiter;
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
  }

  giveBack(place: Place): void {
    this.#places.delete(place);
  }

  move(place: Place, bytes: number, now: number): void {
    place.moved += bytes;
    if (place.moved - place.progress.moved >= this.limits.minRate) place.progress = { moved: place.moved, at: now };
  }

  /** To be called for all of a living gate, again and again. */
  renew(members: Iterable<Member>, now: number): void {
    for (const member of members) member.leasedUntil = now + this.limits.leaseMs;
  }

  /** Finds a place that has to be given up for one that waits, one at a time. */
  claim(waiter: Waiter, now: number): void {
    if (waiter.claimed && this.#places.has(waiter.claimed)) return;
    const candidates = this.#inTheWay(waiter)?.filter(({ givesWay }) => givesWay === null);
    if (!candidates) return;
    waiter.claimed = this.#stalled(candidates, now) ?? this.#tooMuch(candidates, waiter, now);
  }

  /** Ends the wait of the last of the party that waits most, unless that is hardly more than `party` does. @returns whether there was one */
  #sendOneAway(party: string): boolean {
    const parties = Map.groupBy(this.#waiters, (waiter) => waiter.party);
    const own = parties.get(party)?.length ?? 0;
    const [crowd = []] = [...parties.values()].sort((one, other) => other.length - one.length);
    const last = crowd.at(-1);
    if (last === undefined || crowd.length < own + 2) return false;
    last.isSentAway = true;
    this.#waiters.delete(last);
    return true;
  }

  #stalled(candidates: readonly Place[], now: number): Place | null {
    const [stalled = null] = candidates
      .filter(({ progress }) => now - progress.at >= this.limits.stallMs)
      .sort((one, other) => one.progress.at - other.progress.at);
    if (stalled) stalled.givesWay = 'The transfer made no progress.';
    return stalled;
  }

  /** The slowest of the party that has the most: one that is too slow, or more than its fair share. */
  #tooMuch(candidates: readonly Place[], waiter: Waiter, now: number): Place | null {
    const { graceMs, minRate } = this.limits;
    const shares = this.#shares();
    const share = ({ party }: Member): number => shares.get(party) ?? 0;
    const own = share(waiter);
    const isDue = now - waiter.since >= graceMs;
    const rate = ({ moved, since }: Place): number => (moved * 1000) / (now - since);
    const [slowest = null] = candidates
      .filter((place) => now - place.since >= graceMs && share(place) > own)
      .filter((place) => rate(place) < minRate || (isDue && share(place) > own + 1))
      .sort((one, other) => share(other) - share(one) || rate(one) - rate(other));
    if (slowest) slowest.givesWay = 'The transfer gave way to others.';
    return slowest;
  }

  /** The places of which one has to be given back before this one gets its own; null: none. */
  #inTheWay({ gate, party }: Member): Place[] | null {
    const { most, mostOfGate, mostOfParty } = this.limits;
    const all = [...this.#places];
    const ofGate = all.filter((place) => place.gate === gate);
    if (ofGate.length >= mostOfGate) return ofGate;
    const ofParty = all.filter((place) => place.party === party);
    if (ofParty.length >= mostOfParty) return ofParty;
    return all.length >= most ? all : null;
  }

  /** Who of those that could come in is to have the next place: of the party that has the fewest, the first. */
  #next(who: Waiter): Waiter {
    const shares = this.#shares();
    const share = ({ party }: Member): number => shares.get(party) ?? 0;
    let next = who;
    for (const waiter of this.#waiters) {
      const difference = share(waiter) - share(next);
      const isBefore = difference < 0 || (difference === 0 && waiter.since < next.since);
      if (isBefore && this.#inTheWay(waiter) === null) next = waiter;
    }
    return next;
  }

  /** How many places each party has, with those that are being given up for it and without those that it gives up. */
  #shares(): Map<string, number> {
    const shares = new Map<string, number>();
    const add = (party: string): void => void shares.set(party, (shares.get(party) ?? 0) + 1);
    for (const { party, givesWay } of this.#places) if (givesWay === null) add(party);
    for (const { party, claimed } of this.#waiters) if (claimed && this.#places.has(claimed)) add(party);
    return shares;
  }

  #forgetLost(now: number): void {
    for (const members of [this.#places, this.#waiters] as Set<Member>[])
      for (const member of members) if (member.leasedUntil < now) members.delete(member);
  }
}
