import * as v from 'valibot';

/** Schemas of the calls about reviews, feedback and enquiries. */

const id = v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/, 'This is no id of ours.'));
const text = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(4_000));
const word = v.pipe(v.string(), v.trim(), v.maxLength(200));
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000_000));

/** Turns that one review may be about. */
export const maxReviewTurns = 20;

/** `POST /api/account/reviews`. What is absent is filled from the session. */
export const ReviewRequest = v.object({
  session: id,
  turns: v.optional(v.pipe(v.array(id), v.minLength(1), v.maxLength(maxReviewTurns))),
  task: text,
  model: v.optional(word),
  previewStatus: v.optional(word),
  messages: v.optional(count),
  contextSize: v.optional(count),
  /** An address for the answer. */
  contact: v.optional(word),
});

/** `GET /api/account/reviews/evidence` */
export const EvidenceQuery = v.object({ session: id, turn: v.optional(id) });

/** `POST /api/account/feedback` */
export const FeedbackRequest = v.object({
  kind: v.picklist(['feedback', 'bug', 'build']),
  text,
  session: v.optional(id),
});

/** `POST /api/account/plan/enquiry` */
export const EnquiryRequest = v.object({
  members: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(1_000_000))),
  models: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(100))), v.maxLength(20))),
  budgetUsd: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000_000))),
  text,
});

/** `POST /api/operator/reviews/:id` */
export const ReviewDecision = v.pipe(
  v.object({
    decision: v.picklist(['confirm', 'decline']),
    credits: v.optional(v.pipe(v.number(), v.minValue(0.000001), v.maxValue(1_000_000_000))),
    advice: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(2_000)),
  }),
  v.check(
    ({ credits, decision }) => decision === 'confirm' || credits === undefined,
    'Credits come with a confirmation only.',
  ),
);

const cursor = v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/, 'This is no cursor of ours.'), v.transform(Number)));

/** `GET /api/operator/reviews` */
export const ReviewsQuery = v.object({
  state: v.optional(v.picklist(['submitted', 'confirmed', 'declined', 'restored'])),
  cursor,
});

/** `GET /api/operator/feedback`, `/enquiries` */
export const InboxQuery = v.object({ cursor });
