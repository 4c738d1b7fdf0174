import type { TurnOutcome } from '../../agent/ports.ts';
import { costUsd } from '../../claude/model-catalogue.ts';
import type { EventData } from '../../protocol/events.ts';
import type { SessionContext } from '../session-context.ts';
import { appTitle } from './app-title.ts';
import { timesOf } from './turn-clock.ts';
import type { TurnRow } from './turn-store.ts';

/** Whether Claude had begun to answer: what was stopped before that is not counted. An answer that was taken back is none. */
function hasOutput({ storage }: SessionContext, turn: TurnRow): boolean {
  return (
    storage.sql
      .exec(
        `SELECT 1 FROM event AS output
         WHERE seq >= ?1 AND turn = ?2 AND type IN ('text', 'thinking', 'tool', 'file_delta') AND NOT EXISTS (
           SELECT 1 FROM event WHERE seq > output.seq AND turn = ?2 AND step = output.step AND type = 'step_discarded'
         ) LIMIT 1`,
        turn.firstSeq ?? 0,
        turn.id,
      )
      .toArray().length > 0
  );
}

/**
 * Whether a turn uses up one that the operator gives: of the trial, or of a user's turns of the day. What failed through no fault of the
 * visitor does not, nor does a limit of the operator's own key; what was stopped does once Claude had produced output.
 */
function usesUp(parts: SessionContext, turn: TurnRow, outcome: TurnOutcome): boolean {
  if (turn.payer === 'connection' || outcome.blameless || outcome.state === 'exhausted') return false;
  return outcome.state !== 'stopped' || hasOutput(parts, turn);
}

/** What the turn used: the sum of its replies, or null where none was complete. */
function usageOf({ storage, meta }: SessionContext, turn: TurnRow, now: number): EventData<'usage'> | null {
  const replies = storage.sql
    .exec<{ input: number; output: number; cache_read: number; cache_write: number }>(
      'SELECT input, output, cache_read, cache_write FROM model_usage WHERE turn = ?',
      turn.id,
    )
    .toArray()
    .map((row) => ({
      inputTokens: row.input,
      outputTokens: row.output,
      cacheReadTokens: row.cache_read,
      cacheWriteTokens: row.cache_write,
    }));
  if (replies.length === 0) return null;
  const total = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, usd: 0 };
  for (const reply of replies) {
    total.inputTokens += reply.inputTokens;
    total.outputTokens += reply.outputTokens;
    total.cacheReadTokens += reply.cacheReadTokens;
    total.cacheWriteTokens += reply.cacheWriteTokens;
    total.usd += costUsd(turn.model, reply);
  }
  const { firstTokenMs, thinkingMs } = timesOf(meta, turn.id);
  return {
    turn: turn.id,
    model: turn.model,
    payer: turn.payer,
    ...total,
    steps: replies.length,
    durationMs: now - (turn.startedAt ?? now),
    ...(firstTokenMs === null ? {} : { firstTokenMs }),
    thinkingMs,
  };
}

/** The app's page as the turn left it names the project, unless the visitor has. */
function takeTitle({ log, meta, workspace }: SessionContext, turn: TurnRow, changed: readonly string[]): void {
  if (meta.get('title_by') === 'visitor' || !changed.includes('index.html')) return;
  const html = workspace.read('index.html');
  const title = html && appTitle(new TextDecoder().decode(html));
  if (!title || title === meta.get('title')) return;
  meta.set({ title });
  log.emit({ type: 'title', data: { title } }, turn.id);
}

/**
 * Ends a turn: the version of what it changed, its receipt, its one `turn_finished`, and the settlement that the outbox keeps until
 * the account has acknowledged it. All of it in one transaction.
 */
export function endTurn(parts: SessionContext, turn: TurnRow, outcome: TurnOutcome, now: number): void {
  const { log, meta, outbox, turns, workspace } = parts;
  const used = usesUp(parts, turn, outcome);
  const counted = used && turn.payer === 'trial';
  const stopped = outcome.state === 'stopped';
  const version = workspace.commit({ label: turn.prompt, kind: 'turn', stopped, now });
  if (version) {
    const { parent, label, changed } = version;
    log.emit({ type: 'version', data: { version: version.version, parent, label, changed } }, turn.id);
    takeTitle(parts, turn, changed);
  }
  const usage = usageOf(parts, turn, now);
  if (usage) log.emit({ type: 'usage', data: usage }, turn.id);
  log.emit({ type: 'turn_finished', data: { turn: turn.id, state: outcome.state, counted } }, turn.id);
  turns.finish(turn.id, outcome.state, counted, log.seq, now);
  outbox.put({ turn: turn.id, counted: used }, now);
  meta.set({ updated_at: String(now) });
}
