import type { Account } from '../account/account.ts';
import { resetPreviewLabel } from './preview/preview-address.ts';
import { assertClaudeModel, assertModelAllowed } from './prompt-checks.ts';
import type { SessionContext } from './session-context.ts';
import type { SessionEnv } from './session-env.ts';

/** What renaming and choosing need of the session: its context, checked anew each time it is asked for, and the owner's account. */
export interface ProjectSettingsDeps {
  owned(): SessionContext;
  account: DurableObjectStub<Account>;
}

/** Gives the project a title that no turn changes. */
export async function renameProject(
  { owned, account }: ProjectSettingsDeps,
  title: string,
): Promise<{ title: string }> {
  const { log, meta } = owned();
  meta.set({ title, title_by: 'visitor' });
  log.emit({ type: 'title', data: { title } }, null);
  await account.rememberProject(meta.need('id'), title);
  return { title };
}

/** Gives the preview a new random label; the old address stops working. */
export async function resetPreview(
  context: SessionContext,
  labels: SessionEnv['PREVIEW_LABEL'],
  previewUrl: () => string,
): Promise<{ previewUrl: string }> {
  await resetPreviewLabel(context, labels);
  const url = previewUrl();
  context.log.emit({ type: 'settings', data: { previewUrl: url } }, null);
  return { previewUrl: url };
}

/** Sets the model for prompts that ask for none. */
export async function chooseModel({ owned, account }: ProjectSettingsDeps, model: string): Promise<{ model: string }> {
  owned();
  assertClaudeModel(model);
  await assertModelAllowed(account, model);
  const { log, meta } = owned();
  meta.set({ model });
  log.emit({ type: 'settings', data: { model } }, null);
  return { model };
}
