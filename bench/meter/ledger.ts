/** What a call came in as. Each is billed as one request, a WebSocket message as a twentieth of one. */
export type CallKind = 'request' | 'rpc' | 'fetch' | 'alarm' | 'message' | 'close';

/** A call of the Worker or of an object. Times are positions in the order of all begins and ends: one isolate runs everything. */
export interface Call {
  id: number;
  kind: CallKind;
  /** Id of the call that made it; null: the Worker's requests, alarms and messages have none. */
  parent: number | null;
  caller: string;
  callee: string;
  method: string;
  began: number;
  /** Null: it has not ended. */
  ended: number | null;
}

/** All executions of one statement by the objects of a class. Source of the counts: `rowsRead` and `rowsWritten` of SqlStorageCursor. */
export interface StatementCount {
  owner: string;
  statement: string;
  times: number;
  read: number;
  written: number;
}

/** What was counted since the last reset. */
export interface Ledger {
  calls: Call[];
  statements: StatementCount[];
  kv: { read: number; write: number; delete: number; list: number };
  /** Milliseconds in which an object could not hibernate, by class. */
  awakeMs: Record<string, number>;
  /** The first request to Claude since the reset: when it left, and the call in which. */
  left: { at: number; call: number | null } | null;
}
