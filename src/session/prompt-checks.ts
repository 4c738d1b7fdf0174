import { ProblemError } from '../protocol/problems.ts';

/** @throws ProblemError `invalid_request` where this is no model of Claude's; there are more of them than the catalogue knows */
export function assertClaudeModel(model: string | null): void {
  if (model === null || /^claude-[a-z0-9-]+$/.test(model)) return;
  const message = `There is no model ${model}.`;
  throw new ProblemError('invalid_request', message, { issues: [{ path: 'model', message }] });
}

/** @throws ProblemError `invalid_request` where an attachment is not in the workspace */
export function assertFiles(paths: readonly string[], exists: (path: string) => boolean): void {
  const issues = paths
    .filter((path) => !exists(path))
    .map((path) => ({ path: 'attachments', message: `There is no file ${path}.` }));
  if (issues[0]) throw new ProblemError('invalid_request', issues[0].message, { issues });
}
