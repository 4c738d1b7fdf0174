import { maxRowChars } from '../../storage/row-size.ts';
import type { SessionContext } from '../session-context.ts';
import type { TurnRow } from '../turn/turn-store.ts';
import type { MergedDelta } from './merged-deltas.ts';

/** How long after its end a turn keeps its deltas. Milliseconds. */
export const compactAfterMs = 10 * 60_000;

/** Events of which many make one text. */
const growing = new Set(['text', 'thinking', 'tool_output']);

interface EventRow {
  seq: number;
  step: number | null;
  type: string;
  data: string;
}

/** A block whose deltas are becoming one event, in the row of its last. */
interface Block {
  row: EventRow;
  /** The call whose output it is. */
  id: string | undefined;
  text: string;
  marks: MergedDelta[];
}

/** Seqs of the drafts that were taken back by a `step_discarded`. */
function voided(rows: readonly EventRow[]): Set<number> {
  const out = new Set<number>();
  for (const discard of rows.filter((row) => row.type === 'step_discarded')) {
    const { fromSeq } = JSON.parse(discard.data) as { fromSeq: number };
    for (const row of rows) {
      const isDraft =
        row.type === 'text' || row.type === 'thinking' || row.type === 'tool' || row.type === 'file_delta';
      if (isDraft && row.step === discard.step && row.seq >= fromSeq && row.seq < discard.seq) out.add(row.seq);
    }
  }
  return out;
}

/**
 * Compacts the events of a turn that has ended: drafts that were taken back and pieces of files go, the deltas of a block become one
 * event, at the place of its last. What a reader makes of the turn stays the same, also for one that resumes in the middle of it: a
 * `step_discarded` stays for those who have seen the drafts, and a block remembers where its deltas ended.
 */
function compactTurn({ storage, turns }: Pick<SessionContext, 'storage' | 'turns'>, turn: TurnRow): void {
  const { sql } = storage;
  const rows = sql
    .exec<{ seq: number; step: number | null; type: string; data: string }>(
      'SELECT seq, step, type, data FROM event WHERE seq >= ? AND seq <= ? AND turn = ? ORDER BY seq',
      turn.firstSeq ?? 0,
      turn.lastSeq ?? 0,
      turn.id,
    )
    .toArray();
  const gone = voided(rows);
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
      if (row.type === 'file_delta') gone.add(row.seq);
      if (gone.has(row.seq)) continue;
      if (!growing.has(row.type)) {
        closeBlock();
        continue;
      }
      const { delta, id } = JSON.parse(row.data) as { delta: string; id?: string };
      if (block !== null && continues(block, { ...row, id }, delta)) {
        gone.add(block.row.seq);
        block.marks.push([block.row.seq, block.text.length]);
        block = { ...block, row, text: block.text + delta };
      } else {
        closeBlock();
        block = { row, id, text: delta, marks: [] };
      }
    }
    closeBlock();
    for (const seq of gone) sql.exec('DELETE FROM event WHERE seq = ?', seq);
    turns.markCompacted(turn.id);
  });
}

function continues(block: Block, row: EventRow & Pick<Block, 'id'>, delta: string): boolean {
  const fits = block.text.length + delta.length < maxRowChars / 4;
  return fits && block.row.type === row.type && block.row.step === row.step && block.id === row.id;
}

/** Compacts the turns that are due. `now` in UNIX milliseconds. */
export function compactEndedTurns(parts: Pick<SessionContext, 'storage' | 'turns'>, now: number): void {
  for (const turn of parts.turns.uncompacted()) {
    if ((turn.finishedAt ?? now) + compactAfterMs <= now) compactTurn(parts, turn);
  }
}

/** When the next turn is to be compacted (UNIX milliseconds), or null. */
export function nextCompaction(parts: Pick<SessionContext, 'turns'>): number | null {
  const next = parts.turns.uncompacted()[0];
  return next?.finishedAt ? next.finishedAt + compactAfterMs : null;
}
