import { readFileSync } from 'node:fs';
import type { ClaudeCredential } from '../../src/claude/client.ts';
import type { RecordedResponse } from '../claude-simulator/recorded-case.ts';

/** What the real Claude Code client made of a response: see `test/fixtures/claude-signals.json`. */
export interface RecordedCase {
  name: string;
  auth: 'apikey' | 'authtoken' | 'oauth' | 'credfile';
  capturedAt: string;
  env: Record<string, string>;
  responses: RecordedResponse[];
  requestCount: number;
  observed: {
    rateLimitInfo: Record<string, unknown>[];
    apiRetry: { attempt: number; retry_delay_ms: number; error_status: number | null }[];
    final: { isError: boolean; apiErrorStatus: number | null; apiError?: string | null; text?: string } | null;
  };
}

export const recordedCases: RecordedCase[] = JSON.parse(
  readFileSync(new URL('../fixtures/claude-signals.json', import.meta.url), 'utf8'),
) as RecordedCase[];

export const kindOf = ({ auth }: RecordedCase): ClaudeCredential['kind'] =>
  auth === 'apikey' || auth === 'authtoken' ? 'api_key' : 'oauth';
