import type { Answer } from './script.ts';

/** A response as `claude-signals.json` records it. */
export interface RecordedResponse {
  kind?: 'reset' | 'hang';
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  rawBody?: string;
  cut?: number;
  cutMode?: 'end' | 'fin' | 'reset';
}

/** The script that replays a recorded case. To be run with `repeatLast`: the recording's last response served all further requests. */
export function answersOf(responses: readonly RecordedResponse[]): Answer[] {
  return responses.map((response) => ({ ...response }));
}
