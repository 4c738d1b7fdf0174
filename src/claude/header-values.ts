/**
 * Values of headers as Claude's servers send them. What is not a plain decimal number, or lies outside of its bounds, counts as not
 * said: a wrong date is worse than none. Done-when 2 of "Nothing Claude says about limits is swallowed".
 */
const bounds = {
  /** A used part of a window. It may exceed 1; nobody uses a thousand times what they may. */
  fraction: { least: 0, most: 1_000 },
  /** A reset, as far from now as an account's longest window is long (a month), with much to spare. Seconds. */
  reset: { before: 366 * 86_400, after: 366 * 86_400 },
  /** A wait. Seconds; what is longer than a year is no wait. */
  wait: { least: 0, most: 366 * 86_400 },
} as const;

const decimal = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

function numberOf(text: string | null): number | null {
  return text !== null && decimal.test(text.trim()) ? Number(text) : null;
}

/** A used part of a window, from 0; null where there is none. */
export function fractionOf(text: string | null): number | null {
  const value = numberOf(text);
  return value !== null && value >= bounds.fraction.least && value <= bounds.fraction.most ? value : null;
}

/**
 * A reset, which stands in the header in epoch seconds. One that has passed stays what it is: Claude may send it for a moment longer.
 *
 * @param now UNIX milliseconds
 * @returns UNIX milliseconds, or null
 */
export function resetOf(text: string | null, now: number): number | null {
  const seconds = numberOf(text);
  if (seconds === null) return null;
  const away = seconds - now / 1000;
  return away >= -bounds.reset.before && away <= bounds.reset.after ? Math.round(seconds * 1000) : null;
}

const httpDate = /^[A-Z][a-z]{2,8},? [\w: -]+ GMT$/;

/**
 * The wait that `retry-after` asks for (RFC 9110, 10.2.3: seconds, or a date). No wait at all, and a date that has passed, count as not
 * said: the client's own wait stands then, so that nobody is hammered.
 *
 * @param now UNIX milliseconds
 * @returns seconds, or null
 */
export function retryAfterOf(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = httpDate.test(text.trim()) ? (Date.parse(text) - now) / 1000 : numberOf(text);
  return seconds !== null && seconds > bounds.wait.least && seconds <= bounds.wait.most ? seconds : null;
}
