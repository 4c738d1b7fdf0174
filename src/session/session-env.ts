import type { Account } from '../account/account.ts';
import type { Treasury } from '../operator/treasury.ts';
import type { ContainerNamespace } from '../sandbox/container-rpc.ts';
import type { SettingsEnv } from '../settings.ts';
import type { PreviewLabel } from './preview/preview-label.ts';

/** The settings and bindings that the session's object uses. */
export interface SessionEnv extends SettingsEnv {
  ACCOUNT: DurableObjectNamespace<Account>;
  TREASURY: DurableObjectNamespace<Treasury>;
  PREVIEW_LABEL: DurableObjectNamespace<PreviewLabel>;
  /** The containers' Worker; absent where the deployment has no containers. */
  SANDBOX?: ContainerNamespace;
  /** Where Claude's signals are counted; absent where the deployment has no Analytics Engine. */
  SIGNALS?: AnalyticsEngineDataset;
}
