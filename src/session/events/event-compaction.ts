/** Time between the end of a turn and its compaction. Milliseconds. */
export const compactAfterMs = 10 * 60_000;

/** Types of the events that a `step_discarded` makes void. */
export const draftTypes = ['text', 'thinking', 'file_delta', 'tool'] as const;

const isDraft = new Set<string>(draftTypes);

/** A finished turn, as far as compaction reads it. */
export interface FinishedTurn {
  id: string;
  /** Sequence numbers of its first and last event. */
  firstSeq: number | null;
  lastSeq: number | null;
  /** UNIX milliseconds. */
  finishedAt: number | null;
}

export interface EventCompactionDeps {
  storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  turns: {
    /** Finished turns that are not compacted yet, oldest first. */
    uncompacted(): FinishedTurn[];
    markCompacted(id: string): void;
  };
  log: { keepBlockNumbers(): void };
}

/** Sequence numbers of a turn's events that no reader needs once it has ended: void drafts, and files as they were being written. */
export function needlessEvents(sql: SqlStorage, turn: Pick<FinishedTurn, 'id' | 'firstSeq' | 'lastSeq'>): number[] {
  const rows = sql
    .exec<{ seq: number; step: number | null; type: string }>(
      'SELECT seq, step, type FROM event WHERE seq >= ? AND seq <= ? AND turn = ? ORDER BY seq DESC',
      turn.firstSeq ?? 0,
      turn.lastSeq ?? 0,
      turn.id,
    )
    .toArray();
  /** Steps that are asked again later on: all that they had streamed is void. */
  const discarded = new Set<number | null>();
  const needless: number[] = [];
  for (const { seq, step, type } of rows) {
    if (type === 'step_discarded') discarded.add(step);
    else if (type === 'file_delta' || (isDraft.has(type) && discarded.has(step))) needless.push(seq);
  }
  return needless;
}

/**
 * Compacts the events of a finished turn: deletes what is needless. Every reader still reduces the turn to the same view, even after
 * resuming in the middle of it, as each `step_discarded` stays for readers that have seen the drafts.
 */
function compactTurn({ storage, turns, log }: EventCompactionDeps, turn: FinishedTurn): void {
  storage.transactionSync(() => {
    for (const seq of needlessEvents(storage.sql, turn)) storage.sql.exec('DELETE FROM event WHERE seq = ?', seq);
    log.keepBlockNumbers();
    turns.markCompacted(turn.id);
  });
}

/** Compacts every turn that is due. `now` in UNIX milliseconds. */
export function compactFinishedTurns(deps: EventCompactionDeps, now: number): void {
  for (const turn of deps.turns.uncompacted()) {
    if ((turn.finishedAt ?? now) + compactAfterMs <= now) compactTurn(deps, turn);
  }
}

/** When the next compaction is due (UNIX milliseconds), or null. */
export function nextCompaction({ turns }: Pick<EventCompactionDeps, 'turns'>): number | null {
  const next = turns.uncompacted()[0];
  return next?.finishedAt ? next.finishedAt + compactAfterMs : null;
}
