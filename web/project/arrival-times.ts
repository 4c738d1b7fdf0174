/** When the data of an event came to this page (UNIX milliseconds). What was replayed from the log is not here: nobody knows when it was said. */
export const arrivedAt = new WeakMap<object, number>();
