export const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

/** A wait in seconds as the largest unit that tells it: seconds, minutes, from two hours on hours; rounded up. */
export function inUnits(seconds: number): { count: number; unit: 'second' | 'minute' | 'hour' } {
  if (seconds < 60) return { count: Math.max(1, Math.ceil(seconds)), unit: 'second' };
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? { count: minutes, unit: 'minute' } : { count: Math.ceil(minutes / 60), unit: 'hour' };
}
