/** What a turn's prompt may do, see `TurnRow`: all turns before were to build. A step of `sessionSchema`. */
export const turnModeStep = `ALTER TABLE turn ADD COLUMN mode TEXT NOT NULL DEFAULT 'build';`;
