const dayName = new Intl.DateTimeFormat('en', { weekday: 'short' });
const fullDate = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });

export interface Day {
  /** `2026-11-20`, in local time. */
  id: string;
  weekday: string;
  date: number;
  full: string;
  /** Days before today. */
  ago: number;
}

export function dayAgo(ago: number): Day {
  const date = new Date();
  date.setDate(date.getDate() - ago);
  const pad = (part: number) => String(part).padStart(2, '0');
  return {
    id: `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`,
    weekday: dayName.format(date),
    date: date.getDate(),
    full: fullDate.format(date),
    ago,
  };
}

/** The last days, today at the end. */
export function lastDays(count: number): Day[] {
  return Array.from({ length: count }, (_, index) => dayAgo(count - 1 - index));
}

/** Days in a row up to today. A today that is still open does not break it. */
export function streak(done: readonly string[]): number {
  const known = new Set(done);
  let ago = known.has(dayAgo(0).id) ? 0 : 1;
  let days = 0;
  while (known.has(dayAgo(ago).id)) {
    ago += 1;
    days += 1;
  }
  return days;
}
