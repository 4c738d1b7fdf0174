import type { AccountDetail } from '../protocol/resources.ts';
import type { Settings } from '../settings.ts';
import { limitDetail } from './billing/limit-detail.ts';
import type { TurnAdmission } from './billing/turn-admission.ts';
import type { CreditCalls } from './credits/credit-calls.ts';
import type { AccountStores } from './lifecycle/account-stores.ts';
import type { SignInMethods } from './sign-in/sign-in-methods.ts';

export interface AccountDetailDeps {
  settings: Settings;
  /** Null if the account has stored nothing yet: reading must create no tables. */
  stores: AccountStores | null;
  /** Null for a visitor. */
  user: SignInMethods | null;
  turnAdmission: Pick<TurnAdmission, 'detail'>;
  credits: Pick<CreditCalls, 'summaryOfPlan'>;
}

/** `GET /api/account` */
export function accountDetail({ credits, settings, stores, turnAdmission, user }: AccountDetailDeps): AccountDetail {
  const record = user?.record.get();
  const connection = stores?.connection.detail() ?? null;
  const { plan, subscription, total } = credits.summaryOfPlan();
  return {
    kind: record ? 'user' : 'visitor',
    connection,
    ...limitDetail(stores, Date.now()),
    plan,
    subscription,
    // Who has a Claude of their own sees no meter.
    credits: connection === null && total !== null ? { total } : null,
    name: record?.name ?? null,
    providers: settings.oidcProviders.map(({ id, name }) => ({ id, name })),
    oauth: settings.claudeOAuth !== null && !settings.demo,
    projectDays: record ? null : settings.visitorProjectDays || null,
    demo: settings.demo,
    ...turnAdmission.detail(),
  };
}
