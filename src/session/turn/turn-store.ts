import * as v from 'valibot';
import type { Payer, TurnState } from '../../protocol/events.ts';
import type { TurnMode } from '../../protocol/turn-mode.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** The row of a turn: a persisted state machine, `admitting` → `running` → one of the `TurnState`s. */
export interface TurnRow {
  id: string;
  prompt: string;
  attachments: string[];
  mode: TurnMode;
  /** The model that the prompt asks for; null: the session's. */
  wantedModel: string | null;
  model: string;
  payer: Payer;
  state: 'admitting' | 'running' | TurnState;
  /** Whether the visitor has pressed Stop. */
  stopping: boolean;
  /** Whether the prompt came from the queue: a refusal is then an event, as no request waits for it. */
  queued: boolean;
  /** Whether the turn was counted against the trial. */
  counted: boolean;
  /** UNIX milliseconds. */
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  /** Sequence numbers of the turn's first and last event. */
  firstSeq: number | null;
  lastSeq: number | null;
}

type Row = {
  id: string;
  prompt: string;
  attachments: string;
  mode: string;
  wanted_model: string | null;
  model: string;
  payer: string;
  state: string;
  stopping: number;
  queued: number;
  counted: number;
  created_at: number;
  started_at: number | null;
  finished_at: number | null;
  first_seq: number | null;
  last_seq: number | null;
};

function fromRow(row: Row): TurnRow {
  return {
    id: row.id,
    prompt: row.prompt,
    attachments: parseStoredOr(v.array(v.string()), row.attachments, []),
    mode: row.mode as TurnRow['mode'],
    wantedModel: row.wanted_model,
    model: row.model,
    payer: row.payer,
    state: row.state as TurnRow['state'],
    stopping: row.stopping === 1,
    queued: row.queued === 1,
    counted: row.counted === 1,
    createdAt: row.created_at,
    startedAt: row.started_at,
    finishedAt: row.finished_at,
    firstSeq: row.first_seq,
    lastSeq: row.last_seq,
  };
}

/** The turns of a session. */
export class TurnStore {
  readonly #sql: SqlStorage;
  #active: TurnRow | null | undefined;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** The turn that is being admitted or runs, or null. There is at most one. */
  active(): TurnRow | null {
    if (this.#active === undefined) {
      const row = this.#sql
        .exec<Row>(`SELECT * FROM turn WHERE state IN ('admitting', 'running') ORDER BY ordinal LIMIT 1`)
        .toArray()[0];
      this.#active = row ? fromRow(row) : null;
    }
    return this.#active;
  }

  get(id: string): TurnRow | null {
    const row = this.#sql.exec<Row>('SELECT * FROM turn WHERE id = ?', id).toArray()[0];
    return row ? fromRow(row) : null;
  }

  /** The turn that began last, or null. @param except turns to pass over */
  last(except: ReadonlySet<string> = new Set()): TurnRow | null {
    const rows = this.#sql.exec<Row>(
      'SELECT * FROM turn WHERE first_seq IS NOT NULL ORDER BY ordinal DESC LIMIT ?',
      except.size + 1,
    );
    const row = [...rows].find(({ id }) => !except.has(id));
    return row ? fromRow(row) : null;
  }

  /** Whether any turn was paid so. */
  hasPayer(payer: Payer): boolean {
    return this.#sql.exec('SELECT 1 FROM turn WHERE payer = ? LIMIT 1', payer).toArray().length > 0;
  }

  /** Sequence number of the last event of the turns that ended at a time or before (UNIX milliseconds); 0: none did. */
  lastSeqOfEnded(at: number): number {
    const row = this.#sql
      .exec<{ seq: number }>(
        'SELECT last_seq AS seq FROM turn WHERE last_seq IS NOT NULL AND finished_at <= ? ORDER BY ordinal DESC LIMIT 1',
        at,
      )
      .toArray()[0];
    return row?.seq ?? 0;
  }

  /** Stores a turn as `admitting`, before the account is asked whether it may run. */
  create(
    turn: Pick<TurnRow, 'id' | 'prompt' | 'attachments' | 'mode' | 'wantedModel' | 'model' | 'queued' | 'createdAt'>,
  ): TurnRow {
    this.#sql.exec(
      `INSERT INTO turn (id, ordinal, prompt, attachments, mode, wanted_model, model, payer, state, queued, created_at)
       VALUES (?, (SELECT coalesce(max(ordinal), 0) + 1 FROM turn), ?, ?, ?, ?, ?, '', 'admitting', ?, ?)`,
      turn.id,
      turn.prompt,
      JSON.stringify(turn.attachments),
      turn.mode,
      turn.wantedModel,
      turn.model,
      turn.queued ? 1 : 0,
      turn.createdAt,
    );
    this.#active = undefined;
    return this.#reread(turn.id);
  }

  /** Deletes a turn that was refused before it began: no trace remains. */
  remove(id: string): void {
    this.#sql.exec('DELETE FROM turn WHERE id = ?', id);
    this.#active = undefined;
  }

  begin(id: string, payer: Payer, model: string, firstSeq: number, now: number): TurnRow {
    this.#sql.exec(
      `UPDATE turn SET state = 'running', payer = ?, model = ?, first_seq = ?, started_at = ? WHERE id = ?`,
      payer,
      model,
      firstSeq,
      now,
      id,
    );
    return this.#reread(id);
  }

  /** Records that Stop was pressed, so that the turn is stopped, not resumed, after an eviction. */
  markStopping(id: string): void {
    this.#sql.exec('UPDATE turn SET stopping = 1 WHERE id = ?', id);
    this.#active = undefined;
  }

  finish(id: string, end: { state: TurnState; counted: boolean; lastSeq: number }, now: number): void {
    this.#sql.exec(
      'UPDATE turn SET state = ?, counted = ?, last_seq = ?, finished_at = ? WHERE id = ?',
      end.state,
      end.counted ? 1 : 0,
      end.lastSeq,
      now,
      id,
    );
    this.#active = undefined;
  }

  #reread(id: string): TurnRow {
    this.#active = undefined;
    return fromRow(this.#sql.exec<Row>('SELECT * FROM turn WHERE id = ?', id).one());
  }
}
