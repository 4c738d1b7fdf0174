/** Longest local day, with a margin. Milliseconds. */
const longestDayMs = 30 * 3_600_000;

const dayMs = 86_400_000;

/** Formatters are expensive to make, and few zones are in use at a time. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const maxFormatters = 64;

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: zone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
  });
  if (formatters.size >= maxFormatters) formatters.clear();
  formatters.set(zone, made);
  return made;
}

/** Whether there is an IANA time zone of that name. Offsets such as `+01:00` are no zones. */
export function isTimeZone(name: string): boolean {
  if (name.length > 64 || !/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** The wall clock of a zone, as if it were UTC. UNIX milliseconds, whole seconds. */
function wallClock(zone: string, at: number): number {
  // `MM/DD/YYYY, HH:mm:ss`, see `formatterOf`.
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatterOf(zone)
    .format(at)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** The local date of an instant: days since 1970-01-01 by the wall clock of the zone. */
export function localDay(zone: string, at: number): number {
  return Math.floor(wallClock(zone, at) / dayMs);
}

/**
 * The first instant of the local day that `at` belongs to. Not always 00:00: some zones skip that hour when summer time begins, others
 * have it twice.
 */
export function startOfLocalDay(zone: string, at: number): number {
  const second = Math.floor(at / 1000) * 1000;
  const wall = wallClock(zone, second);
  const day = Math.floor(wall / dayMs);
  return firstInstantOf(zone, day, second - (wall - day * dayMs), second);
}

/** The first instant of the next local day. A date that a zone leaves out is no day. */
export function nextLocalDay(zone: string, at: number): number {
  const start = startOfLocalDay(zone, at);
  const day = localDay(zone, start);
  return firstInstantOf(zone, day + 1, start + dayMs, start + longestDayMs);
}

/**
 * The first instant at which the local date is `day` or later.
 *
 * @param guess where it is, unless the clock is changed on that day
 * @param until an instant at which the date is `day` or later
 */
function firstInstantOf(zone: string, day: number, guess: number, until: number): number {
  if (localDay(zone, guess) >= day && localDay(zone, guess - 1000) < day) return guess;
  let before = Math.floor((until - 2 * longestDayMs) / 1000);
  let after = Math.floor(until / 1000);
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(zone, middle * 1000) >= day) after = middle;
    else before = middle;
  }
  return after * 1000;
}
