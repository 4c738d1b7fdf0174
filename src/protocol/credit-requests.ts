import * as v from 'valibot';

/** Schemas of the calls about credits and plans: bodies, and the queries of what is read. */

const credits = v.pipe(v.number(), v.minValue(0.000001), v.maxValue(1_000_000_000));
const account = v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/, 'This is not the id of an account.'));
const time = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(8_640_000_000_000_000));
const why = v.optional(v.pipe(v.string(), v.trim(), v.maxLength(500)), '');
const code = v.pipe(
  v.string(),
  v.trim(),
  v.toUpperCase(),
  v.regex(/^[A-Z0-9][A-Z0-9_-]{2,63}$/, 'A code has 3 to 64 letters, digits, - and _.'),
);

/** `PUT /api/account/time-zone` */
export const TimeZoneRequest = v.object({ timeZone: v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)) });

/** `POST /api/account/credits/redeem` */
export const RedeemRequest = v.object({ code: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(64)) });

/** `POST /api/operator/grants` */
export const OperatorGrantRequest = v.object({
  account,
  credits,
  kind: v.optional(v.picklist(['grant', 'reward', 'compensation', 'bundle']), 'grant'),
  why,
  expiresAt: v.optional(v.nullable(time), null),
  /** A repeated request with the same id gives nothing twice. */
  id: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))),
});

/** `POST /api/operator/plans` */
export const OperatorPlanRequest = v.object({
  account,
  plan: v.pipe(v.string(), v.nonEmpty(), v.maxLength(32)),
  until: v.optional(v.nullable(time), null),
});

/** `POST /api/operator/promo-codes` */
export const PromoCodeRequest = v.object({
  code,
  credits,
  uses: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000)), 1),
  expiresAt: v.optional(v.nullable(time), null),
});

const queryTime = v.optional(
  v.pipe(v.string(), v.regex(/^\d{1,16}$/, 'A time is a number of milliseconds.'), v.transform(Number)),
);

const filter = {
  session: v.optional(v.pipe(v.string(), v.maxLength(64))),
  model: v.optional(v.pipe(v.string(), v.maxLength(100))),
  from: queryTime,
  to: queryTime,
};

/** `GET /api/account/credits/history` */
export const HistoryQuery = v.object({
  ...filter,
  cursor: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'This is no cursor of ours.'))),
});

/** `GET /api/account/credits/summary` */
export const SummaryQuery = v.object({ ...filter, by: v.optional(v.picklist(['session', 'model', 'day']), 'session') });
