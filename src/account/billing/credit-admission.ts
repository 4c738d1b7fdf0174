import { costBounds } from '../../agent/call-cost.ts';
import { turnLimits } from '../../agent/turn-limits.ts';
import { catalogueId, defaultModel, models } from '../../claude/model-catalogue.ts';
import { allowsModel, allowsNewProject } from '../../plans.ts';
import type { AccountCredits } from '../credits/account-credits.ts';
import type { HoldResult, Spending } from '../credits/credit-holds.ts';
import type { AdmissionRequest, Lease } from './admission-types.ts';
import { notInPlan, planProjects, type Worded } from './refusals.ts';

export type CreditAdmissionDeps = Pick<AccountCredits, 'ledger' | 'holds'>;

/** What a turn on credits may do: the gates of the account's plan, and the hold for its first model call. */
export class CreditAdmission {
  readonly #deps: CreditAdmissionDeps;

  constructor(deps: CreditAdmissionDeps) {
    this.#deps = deps;
  }

  /** The id, in the catalogue, of the model that builds; a refusal where the plan does not allow the one that is asked for. */
  modelFor({ model: wanted, preferred }: Pick<AdmissionRequest, 'model' | 'preferred'>): string | Worded {
    if (wanted !== null) return this.modelRefusal(wanted) ?? catalogueId(wanted) ?? wanted;
    const allowed = [preferred, defaultModel, ...models.map(({ id }) => id)].find((id) => this.allows(id));
    return allowed === undefined
      ? notInPlan(preferred, this.#deps.ledger.plan().name)
      : (catalogueId(allowed) ?? allowed);
  }

  /** Whether the credits of the plan pay for a model. One without a known price cannot be held for. */
  allows(model: string): boolean {
    const known = catalogueId(model);
    return known !== null && allowsModel(this.#deps.ledger.plan(), known);
  }

  modelRefusal(model: string): Worded | null {
    return this.allows(model) ? null : notInPlan(model, this.#deps.ledger.plan().name);
  }

  /** Why the plan has no room for one more project, or null. @param projects how many there are */
  projectsRefusal(projects: number): Worded | null {
    const plan = this.#deps.ledger.plan();
    return allowsNewProject(plan, projects) ? null : planProjects(plan.name, plan.projects ?? 0);
  }

  /** What the plan says of containers, whoever pays; nothing where there are no plans. */
  sandbox(): Pick<Lease, 'sandboxSleepSeconds'> {
    const { ledger } = this.#deps;
    return ledger.exists ? { sandboxSleepSeconds: ledger.plan().sandboxSleepSeconds } : {};
  }

  /** Holds for the first call of a turn. Idempotent by turn. */
  hold({ turn, session, promptTokens }: AdmissionRequest, model: string, spending: Spending): Promise<HoldResult> {
    const bounds = costBounds(model, promptTokens, turnLimits.outputTokens);
    return this.#deps.holds.hold({ call: `${turn}/first`, turn, session, model, bounds }, spending);
  }
}
