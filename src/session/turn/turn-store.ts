import type { Payer, TurnState } from '../../protocol/events.ts';

/** One turn as its row stands: a persisted state machine, `admitting` → `running` → one of the ends. */
export interface TurnRow {
  id: string;
  prompt: string;
  attachments: string[];
  /** The model that was asked for, or null for the session's. */
  wantedModel: string | null;
  model: string;
  payer: Payer;
  state: 'admitting' | 'running' | TurnState;
  /** Stop was pressed. */
  stopping: boolean;
  /** It came from the queue: its refusal is told as an event. */
  queued: boolean;
  counted: boolean;
  /** UNIX milliseconds. */
  createdAt: number;
  startedAt: number | null;
  finishedAt: number | null;
  firstSeq: number | null;
  lastSeq: number | null;
}

type Row = {
  id: string;
  prompt: string;
  attachments: string;
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
    attachments: JSON.parse(row.attachments) as string[],
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

  /** The turn that is being admitted or runs, or null. At most one at a time. */
  active(): TurnRow | null {
    if (this.#active === undefined) {
      const row = this.#sql
        .exec<Row>(`SELECT * FROM turn WHERE state IN ('admitting', 'running') ORDER BY ordinal LIMIT 1`)
        .toArray()[0];
      this.#active = row ? fromRow(row) : null;
    }
    return this.#active;
  }

  /** The turn that started last, or null. */
  last(): TurnRow | null {
    const row = this.#sql
      .exec<Row>('SELECT * FROM turn WHERE first_seq IS NOT NULL ORDER BY ordinal DESC LIMIT 1')
      .toArray()[0];
    return row ? fromRow(row) : null;
  }

  /** Turns whose ends have not been compacted, oldest first. */
  uncompacted(): TurnRow[] {
    return this.#sql
      .exec<Row>('SELECT * FROM turn WHERE compacted = 0 AND finished_at IS NOT NULL ORDER BY ordinal')
      .toArray()
      .map(fromRow);
  }

  /** Stores a turn as `admitting`, before anybody is asked whether it may run. */
  create(
    turn: Pick<TurnRow, 'id' | 'prompt' | 'attachments' | 'wantedModel' | 'model' | 'queued' | 'createdAt'>,
  ): TurnRow {
    this.#sql.exec(
      `INSERT INTO turn (id, ordinal, prompt, attachments, wanted_model, model, payer, state, queued, created_at)
       VALUES (?, (SELECT coalesce(max(ordinal), 0) + 1 FROM turn), ?, ?, ?, ?, '', 'admitting', ?, ?)`,
      turn.id,
      turn.prompt,
      JSON.stringify(turn.attachments),
      turn.wantedModel,
      turn.model,
      turn.queued ? 1 : 0,
      turn.createdAt,
    );
    this.#active = undefined;
    return this.#changed(turn.id);
  }

  /** The turn was refused before it started: as if it had never been asked. */
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
    return this.#changed(id);
  }

  /** Notes that Stop was pressed, so that a turn that lost its object is not taken up again. */
  markStopping(id: string): void {
    this.#sql.exec('UPDATE turn SET stopping = 1 WHERE id = ?', id);
    this.#active = undefined;
  }

  finish(id: string, state: TurnState, counted: boolean, lastSeq: number, now: number): void {
    this.#sql.exec(
      'UPDATE turn SET state = ?, counted = ?, last_seq = ?, finished_at = ? WHERE id = ?',
      state,
      counted ? 1 : 0,
      lastSeq,
      now,
      id,
    );
    this.#active = undefined;
  }

  markCompacted(id: string): void {
    this.#sql.exec('UPDATE turn SET compacted = 1 WHERE id = ?', id);
  }

  /** What a person reads: prompts in order. */
  prompts(): { turn: string; prompt: string }[] {
    return this.#sql
      .exec<{ turn: string; prompt: string }>(
        'SELECT id AS turn, prompt FROM turn WHERE first_seq IS NOT NULL ORDER BY ordinal',
      )
      .toArray();
  }

  #changed(id: string): TurnRow {
    this.#active = undefined;
    return fromRow(this.#sql.exec<Row>('SELECT * FROM turn WHERE id = ?', id).one());
  }
}
