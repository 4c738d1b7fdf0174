import * as v from 'valibot';
import { type Plans, PlansShape } from './plans.ts';
import { integer, json } from './setting-shapes.ts';

/** The settings of credits and plans, as part of the schema of all settings. */
export const creditSettings = {
  CREDITS: v.optional(v.picklist(['on', 'off'], 'CREDITS must be on or off.'), 'off'),
  CREDIT_USD: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,3}(\.\d{1,6})?$/, 'CREDIT_USD must be an amount of dollars such as 0.01.'),
      v.transform(Number),
      v.minValue(0.000001, 'CREDIT_USD must be more than nothing.'),
    ),
    '0.01',
  ),
  CREDIT_MARKUP_PERCENT: integer('CREDIT_MARKUP_PERCENT', 0, 1_000, 0),
  PLANS: v.optional(
    json(
      PlansShape,
      'PLANS must be JSON such as {"plans":[{"id","name","dailyCredits","models"}],"bundles":[{"id","credits","usd"}]}, each id once.',
    ),
  ),
  SUPPORT_EMAIL: v.optional(v.pipe(v.string(), v.trim(), v.email('SUPPORT_EMAIL must be one e-mail address.'))),
  OPERATOR_SECRET: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^[\x21-\x7e]{32,}$/,
        'OPERATOR_SECRET must have at least 32 letters, digits and signs, without a space.',
      ),
    ),
  ),
};

/** What the operator has set for credits. */
export interface CreditSettings {
  /** Dollars of list price that a credit is. */
  creditUsd: number;
  /** Whole percents on top. */
  markupPercent: number;
  /** Null: those that are built in. */
  plans: Plans | null;
}

const creditSchema = v.object(creditSettings);

/** Null where `CREDITS` is off. */
export function creditSettingsOf(s: v.InferOutput<typeof creditSchema>): CreditSettings | null {
  if (s.CREDITS === 'off') return null;
  return { creditUsd: s.CREDIT_USD, markupPercent: s.CREDIT_MARKUP_PERCENT, plans: s.PLANS ?? null };
}
