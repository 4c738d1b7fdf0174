import type { SessionParts } from './parts.ts';
import { maxRowChars } from './schema.ts';
import type { TurnRow } from './turn-store.ts';

/** How long after its end a turn keeps its deltas. Milliseconds. */
export const compactAfterMs = 10 * 60_000;

interface EventRow {
  seq: number;
  step: number | null;
  type: string;
  data: string;
}

/** Seqs of the events that were taken back by a `step_discarded`. */
function voided(rows: readonly EventRow[]): Set<number> {
  const out = new Set<number>();
  for (const discard of rows.filter((row) => row.type === 'step_discarded')) {
    const { fromSeq } = JSON.parse(discard.data) as { fromSeq: number };
    out.add(discard.seq);
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
 * event, at the place of its first. What a reader makes of the turn stays the same, and the replay is short.
 */
export function compactTurn({ storage, turns }: Pick<SessionParts, 'storage' | 'turns'>, turn: TurnRow): void {
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
  let block: { row: EventRow; text: string; merged: boolean } | null = null;
  const closeBlock = (): void => {
    if (block?.merged) {
      const data = { ...(JSON.parse(block.row.data) as object), delta: block.text };
      sql.exec('UPDATE event SET data = ? WHERE seq = ?', JSON.stringify(data), block.row.seq);
    }
    block = null;
  };
  storage.transactionSync(() => {
    for (const row of rows) {
      if (row.type === 'file_delta') gone.add(row.seq);
      if (gone.has(row.seq)) continue;
      if (row.type !== 'text' && row.type !== 'thinking') {
        closeBlock();
        continue;
      }
      const { delta } = JSON.parse(row.data) as { delta: string };
      const fits: boolean =
        block !== null &&
        block.row.type === row.type &&
        block.row.step === row.step &&
        block.text.length + delta.length < maxRowChars / 4;
      if (block !== null && fits) {
        block.text += delta;
        block.merged = true;
        gone.add(row.seq);
      } else {
        closeBlock();
        block = { row, text: delta, merged: false };
      }
    }
    closeBlock();
    for (const seq of gone) sql.exec('DELETE FROM event WHERE seq = ?', seq);
    turns.markCompacted(turn.id);
  });
}

/** Compacts the turns that are due. `now` in UNIX milliseconds. */
export function compactEndedTurns(parts: Pick<SessionParts, 'storage' | 'turns'>, now: number): void {
  for (const turn of parts.turns.uncompacted()) {
    if ((turn.finishedAt ?? now) + compactAfterMs <= now) compactTurn(parts, turn);
  }
}

/** When the next turn is to be compacted (UNIX milliseconds), or null. */
export function nextCompaction(parts: Pick<SessionParts, 'turns'>): number | null {
  const next = parts.turns.uncompacted()[0];
  return next?.finishedAt ? next.finishedAt + compactAfterMs : null;
}
