/**
 * Bytes that changes by hand have made the project keep and that are not counted for their owner yet: a running total, of which the newest
 * version has the newest. A step of `sessionSchema`.
 */
export const uncountedBytesStep = 'ALTER TABLE version ADD COLUMN uncounted INTEGER NOT NULL DEFAULT 0;';

/** What a changed file takes in rows and events, contents aside: at least a page of the database, for a row written is worth as much. */
export const bytesPerChange = 4096;
