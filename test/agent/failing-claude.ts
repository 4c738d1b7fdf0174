import { runAgentLoop } from '../../src/agent/agent-loop.ts';
import { type ClaudeClient, type ClaudeCredential, createClaude } from '../../src/claude/claude-client.ts';
import { unifiedPrefix } from '../../src/claude/rate-limit-headers.ts';
import type { Answer } from '../claude-simulator/script.ts';
import { useSimulator } from '../support/use-simulator.ts';
import { turnInput } from './support.ts';

const credentials: Record<ClaudeCredential['kind'], ClaudeCredential> = {
  api_key: { kind: 'api_key', key: 'sk-test' },
  oauth: { kind: 'oauth', token: 'sk-ant-oat01-test', beta: 'oauth-2025-04-20' },
};

/** An answer that fails in Anthropic's format. */
export const error = (type: string, message: string, rest: Answer = {}): Answer => ({
  error: { type, message },
  ...rest,
});

/** Headers of a plan that names its window. */
export const plan = {
  [`${unifiedPrefix}representative-claim`]: 'five_hour',
  [`${unifiedPrefix}reset`]: '1795194000',
};

/** A simulated Claude for the tests of a file, and turns that fail with it. */
export async function failingClaude() {
  const simulator = await useSimulator();

  const connect = (kind: ClaudeCredential['kind']): ClaudeClient =>
    createClaude({ credential: credentials[kind], baseUrl: simulator.url });

  return {
    simulator,
    connect,
    /** Runs a turn with these answers, of which the last one serves all further requests. */
    fail: async (kind: ClaudeCredential['kind'], answers: Answer[], payer = 'connection') => {
      simulator.script(answers, { repeatLast: true });
      const input = turnInput(simulator, { claude: connect(kind), payer });
      const outcome = await runAgentLoop(input);
      return { outcome, journal: input.journal, requests: simulator.requests.length };
    },
  };
}
