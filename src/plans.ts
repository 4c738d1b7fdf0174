import * as v from 'valibot';

/** The most that one grant may have. Credits. */
export const maxGrantCredits = 1_000_000_000;

const Id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/));
const Name = v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(60));
const Usd = v.pipe(v.number(), v.minValue(0), v.maxValue(1_000_000));
const Credits = v.pipe(v.number(), v.minValue(0), v.maxValue(maxGrantCredits));
const Count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const PriceId = v.pipe(v.string(), v.nonEmpty(), v.maxLength(200));

const Plan = v.object({
  id: Id,
  name: Name,
  monthUsd: v.optional(Usd, 0),
  yearUsd: v.optional(Usd, 0),
  dailyCredits: v.optional(Credits, 0),
  monthlyCredits: v.optional(Credits, 0),
  /** `*`: every model whose price is known. */
  models: v.pipe(v.array(v.pipe(v.string(), v.nonEmpty())), v.minLength(1)),
  projects: v.optional(v.nullable(Count), null),
  sandboxSleepSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(30), v.maxValue(86_400)), 120),
  customHosts: v.optional(Count, 0),
  stripe: v.optional(v.object({ month: v.optional(PriceId), year: v.optional(PriceId) })),
});

const Bundle = v.object({
  id: Id,
  credits: v.pipe(Credits, v.minValue(0.000001)),
  usd: Usd,
  stripe: v.optional(PriceId),
});

const areDistinct = (items: readonly { id: string }[]): boolean =>
  new Set(items.map(({ id }) => id)).size === items.length;

/** The shape of `PLANS`: the first plan is everybody's. */
export const PlansShape = v.object({
  plans: v.pipe(
    v.array(Plan),
    v.minLength(1),
    v.maxLength(20),
    v.check((items) => areDistinct(items)),
  ),
  bundles: v.optional(
    v.pipe(
      v.array(Bundle),
      v.maxLength(20),
      v.check((items) => areDistinct(items)),
    ),
    [],
  ),
});

export type Plans = v.InferOutput<typeof PlansShape>;
export type Plan = Plans['plans'][number];
export type Bundle = Plans['bundles'][number];

/** @param defaultModel the model that builds on the free plan */
export const builtInPlans = (defaultModel: string): Plans => ({
  plans: [
    {
      ...{ id: 'free', name: 'Free', monthUsd: 0, yearUsd: 0, dailyCredits: 10, monthlyCredits: 0 },
      ...{ models: [defaultModel], projects: 5, sandboxSleepSeconds: 120, customHosts: 0 },
    },
    {
      ...{ id: 'pro', name: 'Pro', monthUsd: 19, yearUsd: 190, dailyCredits: 10, monthlyCredits: 1400 },
      ...{ models: ['*'], projects: null, sandboxSleepSeconds: 1800, customHosts: 1 },
    },
  ],
  bundles: [
    { id: 'small', credits: 500, usd: 6 },
    { id: 'large', credits: 2000, usd: 23 },
  ],
});

/** The plan of an id; everybody's where there is none of that id any more. */
export function planOf({ plans }: Plans, id: string | null): Plan {
  const found = plans.find((plan) => plan.id === id) ?? plans[0];
  if (found === undefined) throw new Error('There is no plan.');
  return found;
}

/** Whether credits of a plan pay for a model. @param model its id in the catalogue */
export const allowsModel = ({ models }: Pick<Plan, 'models'>, model: string): boolean =>
  models.includes('*') || models.includes(model);

/** Whether a plan has room for one more project, where credits pay. @param projects how many there are */
export const allowsNewProject = (plan: Pick<Plan, 'projects'>, projects: number): boolean =>
  plan.projects === null || projects < plan.projects;
