/** Holds and costs of the model calls of turns on credits, see `TurnCredits`. A step of `sessionSchema`. */
export const turnCreditsStep = `
  CREATE TABLE credit_call (
    call TEXT PRIMARY KEY, turn TEXT NOT NULL, parts TEXT NOT NULL, cost INTEGER, charged INTEGER NOT NULL
  ) WITHOUT ROWID;
`;
