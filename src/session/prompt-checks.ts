import type { Account } from '../account/account.ts';
import { ProblemError } from '../protocol/problems.ts';

/**
 * Accepts every id of Claude's form, as there are more models than the catalogue knows.
 *
 * @param model null: the session's
 * @throws ProblemError `invalid_request`
 */
export function assertClaudeModel(model: string | null): void {
  if (model === null || /^claude-[a-z0-9-]+$/.test(model)) return;
  const message = `There is no model ${model}.`;
  throw new ProblemError('invalid_request', message, { reason: 'model', model, issues: [{ path: 'model', message }] });
}

/** @throws ProblemError `subscription_required` where the payer of this account's turns does not allow the model */
export async function assertModelAllowed(account: DurableObjectStub<Account>, model: string): Promise<void> {
  assertNotRefused(await account.modelRefusal(model));
}

function assertNotRefused(refusal: { detail: string; fields: Readonly<Record<string, unknown>> } | null): void {
  if (refusal) throw new ProblemError('subscription_required', refusal.detail, refusal.fields);
}

/** @throws ProblemError `invalid_request` where an attachment is not in the workspace */
export function assertAttachmentsExist(paths: readonly string[], exists: (path: string) => boolean): void {
  const issues = paths
    .filter((path) => !exists(path))
    .map((path) => ({ path: 'attachments', message: `There is no file ${path}.` }));
  if (issues[0]) throw new ProblemError('invalid_request', issues[0].message, { reason: 'attachments', issues });
}
