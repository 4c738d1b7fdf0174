import { maxRowChars } from '../../storage/row-size.ts';
import type { MergedDelta } from './merged-deltas.ts';

/** Time between the end of a turn and its compaction. Milliseconds. */
export const compactAfterMs = 10 * 60_000;

/** Events whose deltas are merged into one text. */
const deltaTypes = new Set(['text', 'thinking', 'tool_output']);

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
}

interface EventRow {
  seq: number;
  step: number | null;
  type: string;
  data: string;
}

/** A run of deltas that is being merged into the row of its last. */
interface Block {
  row: EventRow;
  /** For `tool_output`: the tool call. */
  id: string | undefined;
  text: string;
  marks: MergedDelta[];
}

/** Sequence numbers of the drafts that a `step_discarded` revoked. */
function discardedSeqs(rows: readonly EventRow[]): Set<number> {
  const discarded = new Set<number>();
  for (const discard of rows.filter((row) => row.type === 'step_discarded')) {
    const { fromSeq } = JSON.parse(discard.data) as { fromSeq: number };
    for (const row of rows) {
      const isDraft =
        row.type === 'text' || row.type === 'thinking' || row.type === 'tool' || row.type === 'file_delta';
      if (isDraft && row.step === discard.step && row.seq >= fromSeq && row.seq < discard.seq) discarded.add(row.seq);
    }
  }
  return discarded;
}

/**
 * Compacts the events of a finished turn. Revoked drafts and `file_delta`s are deleted; the deltas of a block become one event, at the
 * sequence number of the last. Every reader still reduces the turn to the same view, even after resuming in the middle of it: each
 * `step_discarded` stays for readers that have seen the drafts, and a block keeps the positions at which its deltas ended.
 */
function compactTurn({ storage, turns }: EventCompactionDeps, turn: FinishedTurn): void {
  const { sql } = storage;
  const rows = sql
    .exec<{ seq: number; step: number | null; type: string; data: string }>(
      'SELECT seq, step, type, data FROM event WHERE seq >= ? AND seq <= ? AND turn = ? ORDER BY seq',
      turn.firstSeq ?? 0,
      turn.lastSeq ?? 0,
      turn.id,
    )
    .toArray();
  const deleted = discardedSeqs(rows);
  let block: Block | null = null;
  const closeBlock = (): void => {
    if (block && block.marks.length > 0) {
      const data = { ...(JSON.parse(block.row.data) as object), delta: block.text };
      sql.exec(
        'UPDATE event SET data = ?, marks = ? WHERE seq = ?',
        JSON.stringify(data),
        JSON.stringify(block.marks),
        block.row.seq,
      );
    }
    block = null;
  };
  storage.transactionSync(() => {
    for (const row of rows) {
      if (row.type === 'file_delta') deleted.add(row.seq);
      if (deleted.has(row.seq)) continue;
      if (!deltaTypes.has(row.type)) {
        closeBlock();
        continue;
      }
      const { delta, id } = JSON.parse(row.data) as { delta: string; id?: string };
      if (block !== null && canMerge(block, { ...row, id }, delta)) {
        deleted.add(block.row.seq);
        block.marks.push([block.row.seq, block.text.length]);
        block = { ...block, row, text: block.text + delta };
      } else {
        closeBlock();
        block = { row, id, text: delta, marks: [] };
      }
    }
    closeBlock();
    for (const seq of deleted) sql.exec('DELETE FROM event WHERE seq = ?', seq);
    turns.markCompacted(turn.id);
  });
}

function canMerge(block: Block, row: EventRow & Pick<Block, 'id'>, delta: string): boolean {
  const fits = block.text.length + delta.length < maxRowChars / 4;
  return fits && block.row.type === row.type && block.row.step === row.step && block.id === row.id;
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
