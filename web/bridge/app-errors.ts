import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { FrameProblem } from '../../src/protocol/bridge-messages.ts';
import { takeStart, truncateText } from '../../src/protocol/truncate-text.ts';
import { isFrameRefusal } from './frame-refusal.ts';
import { type Trace, traceOf } from './stack-trace.ts';
import { swallowErrors } from './untouched-globals.ts';

export interface Problems {
  readonly list: readonly FrameProblem[];
  add(kind: FrameProblem['kind'], message: string, trace?: Trace, fault?: FrameProblem['fault']): void;
}

/** Collects problems, without duplicates and up to a limit. @param onProblem called for each new one */
export function createProblems(onProblem: (problem: FrameProblem) => void): Problems {
  const list: FrameProblem[] = [];
  const seen = new Set<string>();
  return {
    list,
    add(kind, message, { spot, stack } = {}, fault) {
      swallowErrors(() => {
        const text = takeStart(message, bridgeLimits.messageChars);
        const key = `${text}|${spot?.file}|${spot?.line}`;
        if (seen.has(key) || list.length >= bridgeLimits.problems) return;
        seen.add(key);
        const problem: FrameProblem = {
          kind: kind !== 'build' && isFrameRefusal(text) ? 'policy' : kind,
          message: text,
          ...(spot && { spot: { ...spot, file: takeStart(spot.file, 500) } }),
          ...(stack && { stack: takeStart(stack, bridgeLimits.stackChars) }),
          fault,
        };
        list.push(problem);
        onProblem(problem);
      });
    },
  };
}

/** A thrown or logged value as one line of text. */
export function describe(value: unknown): string {
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return value;
  try {
    if (value instanceof Element) return `<${value.tagName.toLowerCase()}>`;
    const json = typeof value === 'object' && value !== null ? JSON.stringify(value) : undefined;
    return truncateText(json ?? String(value), 500);
  } catch {
    return Object.prototype.toString.call(value);
  }
}

/** The arguments of a console call, formatted as the console prints them. */
function formatLog(args: readonly unknown[]): string {
  const [first, ...rest] = args;
  if (typeof first !== 'string' || !/%[sdifoOc]/.test(first)) return args.map(describe).join(' ');
  const filled = first.replace(/%([sdifoOc%])/g, (all, kind: string) => {
    if (kind === '%') return '%';
    if (rest.length === 0) return all;
    const value = rest.shift();
    return kind === 'c' ? '' : describe(value);
  });
  return [filled, ...rest.map(describe)].join(' ');
}

/** Collects `console.error` calls and uncaught errors. A `BuildError` is skipped: its own `redraw:build` event reports it. */
export function watchErrors(problems: Problems, spotOfEvent: (event: ErrorEvent) => Trace['spot']): void {
  const log = console.error;
  console.error = (...args: unknown[]) => {
    log.apply(console, args);
    swallowErrors(() => {
      const error = args.find((one) => one instanceof Error);
      if (error?.name === 'BuildError') return;
      problems.add('console', formatLog(args), traceOf((error ?? new Error()).stack));
    });
  };
  addEventListener(
    'error',
    (event) => {
      // Chrome's "ResizeObserver loop" error is harmless.
      if (!(event instanceof ErrorEvent) || event.message.startsWith('ResizeObserver loop')) return;
      const error: unknown = event.error;
      if (error instanceof Error && error.name === 'BuildError') return;
      const trace = traceOf(error instanceof Error ? error.stack : undefined);
      const spot = trace.spot ?? spotOfEvent(event);
      // A missing export follows from a module that failed to build.
      if (
        event.message.includes('does not provide an export named') &&
        problems.list.some((one) => one.kind === 'build')
      )
        return;
      const message = error === undefined || error === null ? event.message : describe(error);
      problems.add('exception', message, { ...trace, ...(spot && { spot }) });
    },
    true,
  );
  addEventListener('unhandledrejection', (event) => {
    const reason: unknown = event.reason;
    if (reason instanceof Error && reason.name === 'BuildError') return;
    const stack = reason instanceof Error ? reason.stack : undefined;
    problems.add('exception', `Unhandled rejection: ${describe(reason)}`, traceOf(stack));
  });
  addEventListener('redraw:build', (event) => {
    swallowErrors(() => {
      const found: unknown = event instanceof CustomEvent ? event.detail : null;
      for (const one of Array.isArray(found) ? found : []) {
        const { file, line, column, message, fault } = one;
        problems.add(
          'build',
          String(message),
          { spot: { file, ...(line && { line }), ...(column && { column }) } },
          fault,
        );
      }
    });
  });
}
