import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorBody, failure } from './api-error.ts';
import { composeMessage, messageEvents, type Usage } from './compose-message.ts';
import type { Gates } from './gates.ts';
import type { RecordedRequest } from './recorded-request.ts';
import type { Answer } from './script.ts';

interface Sending {
  request: RecordedRequest;
  response: ServerResponse;
  gates: Gates;
  /** Aborts when the client disconnects. */
  signal: AbortSignal;
}

const sleepUnless = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);

function sever({ request, response }: Sending, mode: 'fin' | 'reset'): void {
  request.finish('severed');
  if (mode === 'reset') response.socket?.resetAndDestroy();
  else response.socket?.destroySoon();
}

function sendBody({ request, response }: Sending, status: number, headers: Record<string, string>, body: string): void {
  request.status = status;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(body);
}

async function sendStream(
  sending: Sending,
  answer: Answer,
  events: Iterable<{ type: string; delta: boolean; data: object }>,
) {
  const { request, response, gates, signal } = sending;
  response.writeHead(answer.status ?? 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    ...answer.headers,
  });
  response.flushHeaders();
  const write = async (type: string, data: object) => {
    request.sentAt.push(performance.now());
    const room = response.write(`event: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
    request.eventsSent += 1;
    if (!room) await once(response, 'drain', { signal }).catch(() => undefined);
  };
  let index = 0;
  for (const { type, delta, data } of events) {
    for (const gate of answer.gates ?? []) {
      if (gate.before === index || gate.before === 'each') await gates.pass(gate, signal);
    }
    if (delta && answer.delayMs) await sleepUnless(answer.delayMs, signal);
    if (signal.aborted) return;
    if (answer.hangAfter === index) return;
    if (answer.cut === index) {
      if (answer.cutMode === 'fin' || answer.cutMode === 'reset') return sever(sending, answer.cutMode);
      break;
    }
    if (answer.streamError?.at === index) {
      const error = failure(answer.streamError.type ?? 'overloaded_error', answer.streamError.message);
      await write('error', errorBody(error, request.id));
      break;
    }
    await write(type, data);
    index += 1;
  }
  response.end();
}

/**
 * Sends one answer.
 *
 * @param usage the request's token counts, for those that the answer does not set
 */
export async function sendAnswer(sending: Sending, answer: Answer, usage: Omit<Usage, 'output_tokens'>): Promise<void> {
  const { request, gates, signal } = sending;
  if (answer.waitMs) await sleepUnless(answer.waitMs, signal);
  for (const gate of answer.gates ?? []) if (gate.before === 'headers') await gates.pass(gate, signal);
  if (signal.aborted || answer.kind === 'hang') return;
  if (answer.kind === 'reset') return sever(sending, 'reset');

  const { headers = {}, status = 200 } = answer;
  if (answer.rawBody !== undefined) return sendBody(sending, status, headers, answer.rawBody);
  if (answer.body !== undefined) return sendBody(sending, status, headers, JSON.stringify(answer.body));
  if (answer.error || status >= 400) {
    const error = failure(answer.error?.type ?? errorTypeOf(status), answer.error?.message, answer.status);
    return sendBody(sending, error.status, headers, JSON.stringify(errorBody(error, request.id)));
  }
  const message = composeMessage(answer, request.body?.model ?? 'unknown', usage);
  if (request.body?.stream !== true) return sendBody(sending, status, headers, JSON.stringify(message));
  request.status = status;
  await sendStream(sending, answer, messageEvents(message, answer));
}

function errorTypeOf(status: number): string {
  const types: Record<number, string> = {
    400: 'invalid_request_error',
    401: 'authentication_error',
    402: 'billing_error',
    403: 'permission_error',
    404: 'not_found_error',
    413: 'request_too_large',
    429: 'rate_limit_error',
    504: 'timeout_error',
    529: 'overloaded_error',
  };
  return types[status] ?? 'api_error';
}
