/** Finds the events between turns that tell how something stands, without reading any other. No others are in it: each would be a row more. */
export const indexEventsOutsideTurns = `
  CREATE INDEX IF NOT EXISTS event_outside_turns ON event (type, seq)
  WHERE turn IS NULL AND type IN ('queued','title','settings','preview','sandbox');
`;
