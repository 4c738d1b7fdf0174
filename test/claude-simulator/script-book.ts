import type { RecordedRequest } from './recorded-request.ts';
import type { Answer, Binding, Handler, Script, ScriptOptions } from './script.ts';

interface Page extends Binding {
  handler: Handler;
  taken: number;
  /** How many answers it has; a function never runs out. */
  size: number;
}

/** The scripts of a simulator, and which of them a request belongs to. */
export class ScriptBook {
  readonly #pages: Page[] = [];

  /** Adds a script. One with the same binding gives way to it. */
  add(script: Script, { key, text, repeatLast = false }: ScriptOptions = {}): void {
    const old = this.#pages.findIndex((page) => page.key === key && page.text === text);
    if (old >= 0) this.#pages.splice(old, 1);
    const binding: Binding = { ...(key !== undefined && { key }), ...(text !== undefined && { text }) };
    if (typeof script === 'function') {
      this.#pages.push({ ...binding, handler: script, taken: 0, size: Infinity });
      return;
    }
    const answers = [...script];
    const handler: Handler = (_request, number) => answers[Math.min(number, answers.length) - 1] ?? {};
    this.#pages.push({ ...binding, handler, taken: 0, size: repeatLast ? Infinity : answers.length });
  }

  clear(): void {
    this.#pages.length = 0;
  }

  /**
   * The answer for a request: of the newest script bound to it that has one left, or else of the unbound script.
   * One too many is a 400, because clients do not try that again.
   */
  async answer(request: RecordedRequest): Promise<Answer> {
    const bound = this.#pages.filter((page) => isBound(page) && matches(page, request)).reverse();
    const pages = [...bound, ...this.#pages.filter((page) => !isBound(page))];
    const page = pages.find(({ taken, size }) => taken < size);
    if (!page) {
      const message = `The simulator has no answer for request ${request.number}: ${pages.length ? 'its script is used up' : 'there is no script'}.`;
      return { error: { type: 'invalid_request_error', message } };
    }
    page.taken += 1;
    request.servedBy = page.key ?? page.text ?? null;
    return await page.handler(request, page.taken);
  }
}

function isBound({ key, text }: Binding): boolean {
  return key !== undefined || text !== undefined;
}

/** Whether a request has this key, and this text in its messages. */
export function matches({ key, text }: Binding, request: RecordedRequest): boolean {
  if (key !== undefined && request.key !== key) return false;
  if (text === undefined) return true;
  return JSON.stringify(request.body?.messages ?? '').includes(JSON.stringify(text).slice(1, -1));
}
