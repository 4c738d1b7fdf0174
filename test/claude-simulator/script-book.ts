import type { RecordedRequest } from './recorded-request.ts';
import type { Answer, Binding, Handler, Script, ScriptOptions } from './script.ts';

interface Page extends Binding {
  handler: Handler;
  taken: number;
  /** Number of answers; infinite for a function. */
  size: number;
}

/** The scripts of a simulator; chooses the script for each request. */
export class ScriptBook {
  readonly #pages: Page[] = [];

  /** Adds a script. Replaces an older one with the same binding. */
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
   * The answer for a request: from the newest script bound to it that has an answer left, else from the unbound script.
   * A request too many gets a 400, because clients do not retry that.
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

/** Whether a request has the binding's key, and its text in the messages. */
export function matches({ key, text }: Binding, request: RecordedRequest): boolean {
  if (key !== undefined && request.key !== key) return false;
  if (text === undefined) return true;
  return JSON.stringify(request.body?.messages ?? '').includes(JSON.stringify(text).slice(1, -1));
}
