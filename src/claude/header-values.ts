/**
 * Parsers for header values of Claude's servers. A value that is not a plain decimal number, or is out of bounds, counts as absent: a
 * wrong date is worse than none.
 */
const bounds = {
  /** The used fraction of a window. It may exceed 1, but not plausibly a thousandfold. */
  fraction: { most: 1_000 },
  /** Distance of a reset from now, in seconds: an account's longest window (a month), with a wide margin. */
  reset: { before: 366 * 86_400, after: 366 * 86_400 },
} as const;

/** Has no sign: no header has a negative value. */
const decimal = /^(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i;

function parseDecimal(text: string | null): number | null {
  return text !== null && decimal.test(text.trim()) ? Number(text) : null;
}

/** The used fraction of a window, from 0; null where it is absent or not plausible. */
export function parseFraction(text: string | null): number | null {
  const value = parseDecimal(text);
  return value !== null && value <= bounds.fraction.most ? value : null;
}

/**
 * A reset time, given in epoch seconds. A reset that has just passed is kept: Claude may send it for a moment longer.
 *
 * @param now UNIX milliseconds
 * @returns UNIX milliseconds, or null
 */
export function parseReset(text: string | null, now: number): number | null {
  const seconds = parseDecimal(text);
  if (seconds === null) return null;
  const secondsFromNow = seconds - now / 1000;
  return secondsFromNow >= -bounds.reset.before && secondsFromNow <= bounds.reset.after
    ? Math.round(seconds * 1000)
    : null;
}

const httpDate = /^[A-Z][a-z]{2,8},? [\w: -]+ GMT$/;

/**
 * The wait that `retry-after` asks for (RFC 9110, 10.2.3: seconds, or a date). Zero seconds and a past date count as absent: the
 * client's own backoff applies then, so that Claude is not hammered.
 *
 * @param now UNIX milliseconds
 * @returns seconds, or null
 */
export function parseRetryAfter(text: string | null, now: number): number | null {
  if (text === null) return null;
  const seconds = httpDate.test(text.trim()) ? (Date.parse(text) - now) / 1000 : parseDecimal(text);
  return seconds !== null && seconds > 0 ? seconds : null;
}

/**
 * The time at which a wait ends.
 *
 * @param seconds as `parseRetryAfter` returns them
 * @param now UNIX milliseconds
 * @returns UNIX milliseconds, or null where the time is not plausible
 */
export function retryTimeOf(seconds: number | null, now: number): number | null {
  return seconds !== null && seconds <= bounds.reset.after ? Math.round(now + seconds * 1000) : null;
}
