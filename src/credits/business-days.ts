const dayMs = 86_400_000;

/** The same time of day so many business days later: Monday to Friday, UTC. UNIX milliseconds. */
export function businessDaysAfter(at: number, days: number): number {
  let due = at;
  for (let left = days; left > 0; ) {
    due += dayMs;
    const day = new Date(due).getUTCDay();
    if (day !== 0 && day !== 6) left -= 1;
  }
  return due;
}
