import { agentCases } from './cases/agent-cases.ts';
import { moduleCases } from './cases/module-cases.ts';
import { openingCases } from './cases/opening-cases.ts';
import { outputCases } from './cases/output-cases.ts';
import { pageCases } from './cases/page-cases.ts';
import { previewCases } from './cases/preview-cases.ts';
import { requestCases } from './cases/request-cases.ts';
import { workspaceCases } from './cases/workspace-cases.ts';
import type { GrowthCase } from './growth-case.ts';

export const growthCases: readonly GrowthCase[] = [
  ...previewCases,
  ...moduleCases,
  ...workspaceCases,
  ...outputCases,
  ...agentCases,
  ...pageCases,
  ...openingCases,
  ...requestCases,
];
