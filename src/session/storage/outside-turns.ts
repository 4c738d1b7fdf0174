/** Finds the events between turns, of which there are few, without reading those of the turns. */
export const indexEventsOutsideTurns = `
  CREATE INDEX IF NOT EXISTS event_outside_turns ON event (type, seq) WHERE turn IS NULL;
`;
