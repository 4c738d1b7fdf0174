import { dayAgo } from './days';

export interface Habit {
  id: string;
  values: Record<string, string>;
  /** Ids of the days on which it was done. */
  done: string[];
}

const key = 'most-days';

const example = (habit: string, daysAgo: number[]): Habit => ({
  id: habit,
  values: { habit },
  done: daysAgo.map((ago) => dayAgo(ago).id),
});

export function loadHabits(): Habit[] {
  try {
    const stored = localStorage.getItem(key);
    if (stored) return JSON.parse(stored) as Habit[];
  } catch {
    // Storage may be denied; the page works without it.
  }
  return [
    example('Walk before lunch', [13, 12, 11, 9, 8, 7, 6, 4, 3, 2, 1]),
    example('Read ten pages', [12, 11, 10, 6, 5, 4, 1, 0]),
    example('No phone after ten', [13, 9, 8, 3, 2]),
  ];
}

export function saveHabits(habits: Habit[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(habits));
  } catch {
    // As above.
  }
}
