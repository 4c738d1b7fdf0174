import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import { type ApiFailure, errorBody, failure } from './api-error.ts';
import { estimateTokens } from './compose-message.ts';
import { ControlPlane } from './control-plane.ts';
import { Gates } from './gates.ts';
import { newId } from './ids.ts';
import { isObject } from './json.ts';
import { findModel, listModels } from './models.ts';
import { PromptCache } from './prompt-cache.ts';
import { RecordedRequest } from './recorded-request.ts';
import type { Binding, Handler, Script, ScriptOptions } from './script.ts';
import { matches, ScriptBook } from './script-book.ts';
import { sendAnswer } from './send-answer.ts';
import { findFault } from './validate-request.ts';

export interface SimulatorOptions {
  /** Default 0: any free port. */
  port?: number;
  /** The answers to requests that no other script is bound to. */
  script?: Script;
  /** The same as a function. */
  handler?: Handler;
  repeatLast?: boolean;
  /** Whether a key is valid. Default: all but those that begin with `sk-ant-invalid`. */
  acceptKey?: (key: string) => boolean;
}

export interface WaitOptions extends Binding {
  /** The state of the request to wait for. Default: `arrived`. */
  until?: 'arrived' | 'ended' | 'aborted';
}

export interface Simulator {
  /** The base URL for a client, without a trailing slash. */
  url: string;
  /** Every `POST /v1/messages` with a valid key, oldest first, including requests refused as invalid. */
  requests: readonly RecordedRequest[];
  /** Sets the script for a key, a text, or all other requests. Replaces an older one with the same binding. */
  script(script: Script, options?: ScriptOptions): void;
  /** Opens a gate for `count` answers (default 1, `Infinity` permanently). */
  release(gate: string, count?: number): void;
  /** Settles when `count` (default 1) answers wait at a gate. */
  waiting(gate: string, count?: number): Promise<void>;
  /** Settles with the `number`-th request (from 1) of a binding once it reaches the state of `until`. */
  request(number: number, options?: WaitOptions): Promise<RecordedRequest>;
  /** Clears scripts and requests. */
  reset(): void;
  /** Closes all connections and the server. */
  close(): Promise<void>;
}

/** Starts a scripted Messages API server on 127.0.0.1. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { port = 0, acceptKey = (key) => !key.startsWith('sk-ant-invalid') } = options;
  const book = new ScriptBook();
  const initial = options.handler ?? options.script;
  if (initial) book.add(initial, { repeatLast: options.repeatLast ?? false });

  const requests: RecordedRequest[] = [];
  const cache = new PromptCache();
  const watchers = new Set<() => void>();
  const changed = () => {
    for (const watcher of [...watchers]) watcher();
  };
  const gates = new Gates(changed);
  let arrived = 0;

  /** Settles with the first value that `look` returns, now or after a change. */
  function when<T>(look: () => T | undefined): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>();
    const watcher = () => {
      const found = look();
      if (found === undefined) return;
      watchers.delete(watcher);
      resolve(found);
    };
    watchers.add(watcher);
    watcher();
    return promise;
  }

  async function answerMessages(incoming: IncomingMessage, response: ServerResponse, id: string, key: string) {
    const arrivedAt = performance.now();
    const controller = new AbortController();
    const { headers } = incoming;
    const rawBody = await readText(incoming);
    arrived += 1;
    const path = incoming.url ?? '/';
    const request = new RecordedRequest({ id, number: arrived, path, headers, key, rawBody, arrivedAt });
    requests.push(request);
    response.on('close', () => {
      request.finish(response.writableFinished ? 'finished' : 'aborted');
      controller.abort();
      changed();
    });
    changed();
    const fault = findFault(rawBody);
    if (fault) {
      request.status = fault.status;
      return refuse(response, fault, id);
    }
    const answer = await book.answer(request);
    const usage = cache.measure(request.body && isObject(request.body) ? request.body : {}, key);
    await sendAnswer({ request, response, gates, signal: controller.signal }, answer, usage);
  }

  async function route(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(incoming.url ?? '/', 'http://simulator');
    if (pathname.startsWith('/__simulator/')) return await control.handle(incoming, response);
    const id = newId('req');
    response.setHeader('request-id', id);
    const key = keyOf(incoming);
    if (key === null) return refuse(response, failure('authentication_error', 'x-api-key header is required'), id);
    if (!acceptKey(key)) return refuse(response, failure('authentication_error', 'invalid x-api-key'), id);
    if (incoming.headers['anthropic-version'] === undefined) {
      return refuse(response, failure('invalid_request_error', 'anthropic-version: header is required'), id);
    }
    const call = `${incoming.method} ${pathname}`;
    if (call === 'POST /v1/messages') return await answerMessages(incoming, response, id, key);
    if (call === 'POST /v1/messages/count_tokens') {
      return sendJson(response, 200, { input_tokens: estimateTokens(await readText(incoming)) });
    }
    if (call === 'GET /v1/models') return sendJson(response, 200, listModels());
    const model = call.startsWith('GET /v1/models/') ? pathname.slice('/v1/models/'.length) : null;
    const found = model === null ? null : findModel(model);
    if (found) return sendJson(response, 200, found);
    refuse(response, failure('not_found_error', model === null ? 'Not Found' : `model: ${model}`), id);
  }

  const server = createServer((incoming, response) => {
    route(incoming, response).catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return response.destroy();
      const message = `The simulator failed: ${error instanceof Error ? error.message : String(error)}`;
      refuse(response, failure('invalid_request_error', message), 'req_none');
    });
  });
  // Never closed while idle: a client that just then sends a request would see its connection fail.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.listen(port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => server.once('listening', resolve).once('error', reject));

  const simulator: Simulator = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    script: (script, scriptOptions) => book.add(script, scriptOptions),
    release: (gate, count) => gates.release(gate, count),
    waiting: async (gate, count = 1) => {
      await when(() => (gates.waiting(gate) >= count ? true : undefined));
    },
    request: (number, { until = 'arrived', ...binding } = {}) =>
      when(() => {
        const request = requests.filter((one) => matches(binding, one))[number - 1];
        if (!request || (until === 'ended' && !request.end)) return undefined;
        return until === 'aborted' && request.end !== 'aborted' ? undefined : request;
      }),
    reset: () => {
      book.clear();
      requests.length = 0;
    },
    close: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  const control = new ControlPlane(simulator);
  return simulator;
}

function keyOf({ headers }: IncomingMessage): string | null {
  const bearer = /^Bearer (\S+)$/.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  return bearer ?? (typeof key === 'string' && key !== '' ? key : null);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, error: ApiFailure, id: string): void {
  sendJson(response, error.status, errorBody(error, id));
}
