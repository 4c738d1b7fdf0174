/**
 * Arrival time of a live event, by its data object (UNIX milliseconds). Replayed events are absent: the log does not tell when they
 * were sent.
 */
export const arrivedAt = new WeakMap<object, number>();
