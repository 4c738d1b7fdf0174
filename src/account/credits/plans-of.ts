import { defaultModel } from '../../claude/model-catalogue.ts';
import type { CreditSettings } from '../../credit-settings.ts';
import { builtInPlans, type Plans } from '../../plans.ts';

/** The plans of the deployment. */
export const plansOf = (credits: Pick<CreditSettings, 'plans'> | null): Plans =>
  credits?.plans ?? builtInPlans(defaultModel);
