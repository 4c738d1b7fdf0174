import { splitToWire } from '../../account/credits/credits-wire.ts';
import type { TurnOutcome } from '../../agent/turn-outcomes.ts';
import { costUsd } from '../../claude/model-catalogue.ts';
import { emptySplit } from '../../credits/buckets.ts';
import { toCredits, toMicro } from '../../credits/micro-credits.ts';
import type { EventData } from '../../protocol/events.ts';
import { isBlank } from '../../protocol/is-blank.ts';
import type { VersionEntry } from '../../protocol/resources.ts';
import { takeStart } from '../../protocol/truncate-text.ts';
import { versionEvent } from '../events/version-event.ts';
import { appTitle } from './app-title.ts';
import { maxSummaryChars, summaryIn } from './conversation-summary.ts';
import { repliesOf, sumOfReplies } from './model-usage.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';
import { turnTimes } from './turn-times.ts';

/** Whether Claude produced output in this turn. Output of a discarded step does not count, nor does a picture that it was not shown. */
function hasOutput({ storage }: Pick<TurnContext, 'storage'>, turn: TurnRow): boolean {
  return (
    storage.sql
      .exec(
        `SELECT 1 FROM event AS output
         WHERE seq >= ?1 AND turn = ?2 AND type IN ('text', 'thinking', 'tool', 'file_delta')
         AND data NOT LIKE '%"name":"view_image"%' AND NOT EXISTS (
           SELECT 1 FROM event WHERE seq > output.seq AND turn = ?2 AND step = output.step AND type = 'step_discarded'
         ) LIMIT 1`,
        turn.firstSeq ?? 0,
        turn.id,
      )
      .toArray().length > 0
  );
}

/**
 * Whether a turn counts against what the operator gives: turns of the trial or of a user's day, or credits. A failure that is not the
 * visitor's fault does not count, nor does a limit of the operator's own key. A stopped turn counts once Claude has produced output.
 */
function countsAsUsed(session: Pick<TurnContext, 'storage'>, turn: TurnRow, outcome: TurnOutcome): boolean {
  if (turn.payer === 'connection') return false;
  // What a stopped turn has cost is known to the call: its prompt was read, whether or not an answer was seen.
  if (turn.payer === 'credits' && (outcome.isCharged || outcome.state === 'stopped')) return true;
  if (outcome.blameless || outcome.state === 'exhausted') return false;
  return outcome.state !== 'stopped' || hasOutput(session, turn);
}

/** The turn's receipt, summed over its replies; null where none was complete, and no credits were spent. */
function usageOf(
  { storage, meta }: Pick<TurnContext, 'storage' | 'meta'>,
  turn: TurnRow,
  credits: EventData<'usage'>['credits'],
  now: number,
): EventData<'usage'> | null {
  const replies = repliesOf(storage.sql, turn.id);
  if (replies.length === 0 && !credits?.total) return null;
  const usd = replies.reduce((sum, reply) => sum + costUsd(turn.model, reply), 0);
  const { firstTokenMs, thinkingMs } = turnTimes(meta, turn.id);
  return {
    turn: turn.id,
    model: turn.model,
    payer: turn.payer,
    ...sumOfReplies(replies),
    usd,
    ...(credits && { credits }),
    steps: replies.length,
    durationMs: now - (turn.startedAt ?? now),
    ...(firstTokenMs === null ? {} : { firstTokenMs }),
    thinkingMs,
  };
}

/** What the account's credits paid of a turn; undefined where they paid none of it. */
function creditsOf(
  { credits }: Pick<TurnContext, 'credits'>,
  turn: TurnRow,
  isCounted: boolean,
  markupPercent: number,
): EventData<'usage'>['credits'] {
  if (turn.payer !== 'credits') return undefined;
  const split = splitToWire(isCounted ? credits.split(turn.id) : emptySplit());
  const total = toCredits(Object.values(split).reduce((sum, part) => sum + toMicro(part), 0));
  return { total, markupPercent, split: { ...split } };
}

/** Names the project after the page that the turn has changed, unless the visitor has named it. */
function adoptAppTitle(
  { log, meta, workspace }: Pick<TurnContext, 'log' | 'meta' | 'workspace'>,
  turn: TurnRow,
  { changed, more }: VersionEntry,
): void {
  // One of very many changed files may be the page.
  const mayHaveChanged = changed.includes('index.html') || more !== undefined;
  if (meta.get('title_by') === 'visitor' || !mayHaveChanged) return;
  const html = workspace.read('index.html');
  const title = html && appTitle(new TextDecoder().decode(html));
  if (!title || title === meta.get('title')) return;
  meta.set({ title });
  log.emit({ type: 'title', data: { title } }, turn.id);
}

/** From now on the summary that the turn has written stands in place of the transcript. A blank one changes nothing. */
function keepSummary({ log, transcript }: Pick<TurnContext, 'log' | 'transcript'>, { id }: TurnRow): void {
  const text = takeStart(summaryIn(transcript.ofTurn(id)).trim(), maxSummaryChars);
  if (isBlank(text)) return;
  transcript.add(id, 0, 'summary', { text });
  log.emit({ type: 'fresh_start', data: { turn: id, inForce: true } }, id);
}

/**
 * Ends a turn, in one transaction: the version with its changes, its receipt, its only `turn_finished`, and the settlement that stays in
 * the outbox until the account has acknowledged it. `now` in UNIX milliseconds.
 *
 * @param markupPercent what the operator puts on top of credits
 */
export function endTurn(
  session: TurnContext,
  turn: TurnRow,
  outcome: TurnOutcome,
  now: number,
  markupPercent: number,
): void {
  const { log, meta, outbox, turns, workspace } = session;
  log.closeBlock();
  const used = countsAsUsed(session, turn, outcome);
  const counted = used && turn.payer === 'trial';
  const stopped = outcome.state === 'stopped';
  const version = turn.mode === 'build' ? workspace.commit({ label: turn.prompt, kind: 'turn', stopped, now }) : null;
  workspace.quota.enforceIfPossible();
  if (version) {
    log.emit(versionEvent(workspace, version), turn.id);
    adoptAppTitle(session, turn, version);
  }
  if (turn.mode === 'fresh_start' && outcome.state === 'completed') keepSummary(session, turn);
  const usage = usageOf(session, turn, creditsOf(session, turn, used, markupPercent), now);
  if (usage) log.emit({ type: 'usage', data: usage }, turn.id);
  log.emit({ type: 'turn_finished', data: { turn: turn.id, state: outcome.state, counted } }, turn.id);
  turns.finish(turn.id, { state: outcome.state, counted, lastSeq: log.seq }, now);
  outbox.put({ turn: turn.id, counted: used }, now);
  meta.set({ updated_at: String(now) });
}
