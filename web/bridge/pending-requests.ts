import { takeStart } from '../../src/protocol/truncate-text.ts';
import type { Problems } from './app-errors.ts';
import { type Trace, traceOf } from './stack-trace.ts';
import { now, swallowErrors } from './untouched-globals.ts';

/** The app's `fetch` and `XMLHttpRequest` calls. */
export interface RequestActivity {
  pending: number;
  /** When the last request ended, in milliseconds of `performance.now()`. */
  lastEndAt: number;
}

/** A URL as the app's author would write it: without the preview's own origin. */
function shortUrl(url: string): string {
  return url.startsWith(`${location.origin}/`) ? url.slice(location.origin.length) : takeStart(url, 300);
}

/** Collects failed requests: of `fetch`, `XMLHttpRequest`, elements and style sheets, and those that the app's own CSP blocks. */
export function watchRequests(problems: Problems): RequestActivity {
  const activity: RequestActivity = { pending: 0, lastEndAt: now() };
  const begin = () => {
    activity.pending += 1;
  };
  const end = () => {
    activity.pending -= 1;
    activity.lastEndAt = now();
  };
  watchFetch(problems, begin, end);
  watchXhr(problems, begin, end);
  watchElements(problems);
  return activity;
}

function watchFetch(problems: Problems, begin: () => void, end: () => void): void {
  const original = window.fetch;
  window.fetch = function fetch(this: unknown, ...args: Parameters<typeof original>) {
    const trace: Trace = traceOf(new Error().stack);
    let name = 'request';
    swallowErrors(() => {
      const [input, init] = args;
      const method = init?.method ?? (input instanceof Request ? input.method : 'GET');
      const url = input instanceof Request ? input.url : new URL(String(input), document.baseURI).href;
      name = `${method.toUpperCase()} ${shortUrl(url)}`;
    });
    begin();
    const response = original.apply(window, args);
    response.then(
      (answer) => {
        end();
        if (answer.status >= 400) problems.add('request', `${name} answered ${answer.status}`, trace);
      },
      (error: unknown) => {
        end();
        const aborted = error instanceof DOMException && error.name === 'AbortError';
        if (!aborted) problems.add('request', `${name} failed: ${String(error)}`, trace);
      },
    );
    return response;
  };
}

function watchXhr(problems: Problems, begin: () => void, end: () => void): void {
  const { open, send } = XMLHttpRequest.prototype;
  const names = new WeakMap<XMLHttpRequest, string>();
  XMLHttpRequest.prototype.open = function (this: XMLHttpRequest, ...args: unknown[]) {
    swallowErrors(() => names.set(this, `${args[0]} ${shortUrl(new URL(String(args[1]), document.baseURI).href)}`));
    return Reflect.apply(open, this, args);
  };
  XMLHttpRequest.prototype.send = function (this: XMLHttpRequest, ...args: Parameters<typeof send>) {
    const trace = traceOf(new Error().stack);
    const name = names.get(this) ?? 'request';
    let aborted = false;
    this.addEventListener('abort', () => {
      aborted = true;
    });
    this.addEventListener('loadend', () => {
      end();
      if (aborted) return;
      if (this.status >= 400) problems.add('request', `${name} answered ${this.status}`, trace);
      if (this.status === 0) problems.add('request', `${name} failed`, trace);
    });
    begin();
    return send.apply(this, args);
  };
}

function watchElements(problems: Problems): void {
  const seen = new Set<string>();
  const failed = (url: string, what: string) => {
    if (url === '' || seen.has(url) || seen.size > 200) return;
    seen.add(url);
    problems.add('request', `${shortUrl(url)} could not be loaded (${what})`);
  };
  addEventListener(
    'error',
    ({ target }) => {
      if (!(target instanceof Element)) return;
      const attribute = target.getAttribute('src') ?? target.getAttribute('href');
      // A failed preload hint is no problem of its own: the module that imports it reports the failure.
      if (!attribute || target.matches('link[rel=modulepreload]')) return;
      swallowErrors(() => failed(new URL(attribute, document.baseURI).href, target.tagName.toLowerCase()));
    },
    true,
  );
  addEventListener('securitypolicyviolation', (event) => {
    const where = event.sourceFile ? ` in ${shortUrl(event.sourceFile)}:${event.lineNumber}` : '';
    problems.add('request', `${shortUrl(event.blockedURI)} is forbidden by ${event.effectiveDirective}${where}`);
  });
  // Failed images and fonts of style sheets fire no event.
  swallowErrors(() => {
    const observer = new PerformanceObserver((entries) => {
      for (const entry of entries.getEntries()) {
        if (!(entry instanceof PerformanceResourceTiming) || entry.initiatorType !== 'css') continue;
        if (entry.responseStatus >= 400) failed(entry.name, 'style sheet');
      }
    });
    observer.observe({ type: 'resource', buffered: true });
  });
}
