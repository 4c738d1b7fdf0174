import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Binding, ScriptOptions } from './script.ts';
import { matches } from './script-book.ts';
import type { Simulator, WaitOptions } from './simulator.ts';

const defaultWaitMs = 30_000;

/**
 * Controls the simulator over HTTP, under `/__simulator/`, for tests in another process.
 *
 * - `POST script` `{answers, key?, text?, repeatLast?}`
 * - `GET requests` `?key=&text=`: the recorded requests
 * - `GET wait` `?requests=n&until=arrived|ended|aborted&key=&text=` or `?gate=name&count=n`, `&timeoutMs=`: answers once the condition
 *   holds; 408 after the timeout
 * - `POST release` `{gate, count?}`; count `"all"` opens it permanently
 * - `POST reset`: clears scripts and requests
 */
export class ControlPlane {
  readonly #simulator: Simulator;

  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  async handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://simulator');
    const send = (status: number, body: unknown) =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    const binding = bindingOf(searchParams);
    switch (`${incoming.method} ${pathname.slice('/__simulator/'.length)}`) {
      case 'POST script': {
        const { answers, ...options } = (await readJson(incoming)) as ScriptOptions & { answers: Answer[] };
        if (!Array.isArray(answers)) return send(400, { error: 'answers: a list is required' });
        this.#simulator.script(answers, options);
        return send(200, {});
      }
      case 'GET requests':
        return send(200, { requests: this.#simulator.requests.filter((request) => matches(binding, request)) });
      case 'GET wait':
        return await this.#wait(searchParams, binding, response, send);
      case 'POST release': {
        const { gate, count } = (await readJson(incoming)) as { gate: string; count?: number | 'all' };
        this.#simulator.release(gate, count === 'all' ? Infinity : count);
        return send(200, {});
      }
      case 'POST reset':
        this.#simulator.reset();
        return send(200, {});
      default:
        return send(404, { error: 'The simulator has no such control.' });
    }
  }

  async #wait(
    params: URLSearchParams,
    binding: Binding,
    response: ServerResponse,
    send: (status: number, body: unknown) => void,
  ): Promise<void> {
    const controller = new AbortController();
    response.on('close', () => controller.abort());
    const gate = params.get('gate');
    const until = (params.get('until') ?? 'arrived') as NonNullable<WaitOptions['until']>;
    const wanted =
      gate === null
        ? this.#simulator.request(Number(params.get('requests') ?? 1), { ...binding, until })
        : this.#simulator.waiting(gate, Number(params.get('count') ?? 1)).then(() => ({ gate }));
    const timeout = sleep(Number(params.get('timeoutMs') ?? defaultWaitMs), 'late' as const, {
      signal: controller.signal,
    }).catch(() => 'gone' as const);
    const result = await Promise.race([wanted, timeout]);
    if (result === 'gone') return;
    if (result === 'late') send(408, { error: 'It did not happen in time.' });
    else send(200, result);
    controller.abort();
  }
}

function bindingOf(params: URLSearchParams): Binding {
  const key = params.get('key');
  const text = params.get('text');
  return { ...(key !== null && { key }), ...(text !== null && { text }) };
}
