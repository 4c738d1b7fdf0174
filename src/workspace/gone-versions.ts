/** The mark of versions whose contents were dropped: 1, and 2 once an event has told it. A step of `sessionSchema`. */
export const goneVersionsStep = 'ALTER TABLE version ADD COLUMN gone INTEGER NOT NULL DEFAULT 0;';
