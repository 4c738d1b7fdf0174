/** Where credits come from, in the order in which they are spent. `pool`: a team's, in the place of an own subscription. */
export const buckets = ['daily', 'subscription', 'pool', 'bonus'] as const;

export type Bucket = (typeof buckets)[number];

/** Kinds of grants in the bucket `bonus`. */
export const bonusKinds = ['grant', 'promo', 'reward', 'compensation', 'bundle'] as const;

export type BonusKind = (typeof bonusKinds)[number];

export type GrantKind = Exclude<Bucket, 'bonus'> | BonusKind;

/** Micro-credits by bucket. */
export type Split = Record<Bucket, number>;

export const emptySplit = (): Split => ({ daily: 0, subscription: 0, pool: 0, bonus: 0 });

/** Whether somebody has paid for credits: the operator's cap of a day does not bound these, only what is given away. */
export const isBought = (kind: GrantKind): boolean => kind === 'bundle' || kind === 'subscription' || kind === 'pool';

export const bucketOf = (kind: GrantKind): Bucket =>
  kind === 'daily' || kind === 'subscription' || kind === 'pool' ? kind : 'bonus';
