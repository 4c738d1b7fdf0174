import * as v from 'valibot';
import { costUsd } from '../../claude/model-catalogue.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { SessionEvidence, TurnEvidence } from '../../protocol/review-resources.ts';
import { firstRow } from '../../storage/sql.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import { repliesOf, sumOfReplies } from './model-usage.ts';
import type { TurnContext } from './turn-context.ts';
import type { TurnRow } from './turn-store.ts';

/** Newest events among which the state of the preview is looked for, and newest turns among which one that cost credits is. */
const maxEvents = 5_000;
const maxTurns = 200;

type EvidenceContext = Pick<TurnContext, 'meta' | 'storage' | 'turns'>;

/**
 * What the session saw of the turns that a review of high usage is about: counts, never contents.
 *
 * @param ids null: the newest turn that cost credits, else the newest that has ended
 * @throws ProblemError `invalid_request` where one is no turn of the session that has ended, or there is none
 */
export function usageEvidence(session: EvidenceContext, ids: readonly string[] | null): SessionEvidence {
  const { meta, storage, turns } = session;
  const asked = [...new Set(ids ?? newestDear(session))].map((id) => turns.get(id));
  const ended = asked.filter((turn) => turn?.finishedAt != null);
  if (ended.length === 0 || ended.length < asked.length)
    throw new ProblemError('invalid_request', 'This project has no such turn that has ended.', { reason: 'turns' });
  const { messages } = storage.sql.exec<{ messages: number }>('SELECT count(*) AS messages FROM message').one();
  return {
    title: meta.need('title'),
    model: meta.need('model'),
    previewStatus: previewStatus(session),
    messages,
    contextSize: contextSize(session),
    turns: ended.flatMap((turn) => turn ?? []).map((turn) => turnEvidence(session, turn)),
  };
}

/** The id of the newest turn that cost credits, else of the newest that has ended; none where none has. */
function newestDear({ storage, turns }: EvidenceContext): string[] {
  const newest = storage.sql
    .exec<{ id: string; first_seq: number; last_seq: number; payer: string }>(
      `SELECT id, first_seq, last_seq, payer FROM turn
       WHERE finished_at IS NOT NULL AND last_seq IS NOT NULL ORDER BY ordinal DESC LIMIT ${maxTurns}`,
    )
    .toArray();
  const dear = newest.find(({ first_seq, last_seq, payer }) => {
    if (payer !== 'credits') return false;
    // The receipt is one of the turn's last two events.
    const receipt = firstRow<{ total: number | null }>(
      storage.sql,
      `SELECT json_extract(data, '$.credits.total') AS total FROM event WHERE seq BETWEEN ? AND ? AND type = 'usage'`,
      ...[Math.max(first_seq, last_seq - 2), last_seq],
    );
    return (receipt?.total ?? 0) > 0;
  });
  const found = dear?.id ?? newest[0]?.id ?? turns.last()?.id;
  return found === undefined ? [] : [found];
}

const PreviewState = v.object({ state: v.picklist(['ready', 'error', 'reload']) });

function previewStatus({ storage }: EvidenceContext): string {
  const row = firstRow<{ data: string }>(
    storage.sql,
    `SELECT data FROM event WHERE seq > (SELECT max(seq) FROM event) - ${maxEvents} AND type = 'preview'
       AND json_extract(data, '$.state') <> 'reload' ORDER BY seq DESC LIMIT 1`,
  );
  return parseStoredOr(PreviewState, row?.data ?? null, null)?.state ?? 'unknown';
}

/** Tokens that the newest reply has read. */
function contextSize({ storage }: EvidenceContext): number {
  const row = firstRow<{ tokens: number }>(
    storage.sql,
    `SELECT input + cache_read + cache_write AS tokens FROM model_usage
     WHERE turn = (SELECT turn.id FROM turn JOIN model_usage ON model_usage.turn = turn.id ORDER BY ordinal DESC LIMIT 1)
     ORDER BY step DESC LIMIT 1`,
  );
  return row?.tokens ?? 0;
}

type Counts = { retries: number; upstream: number; lost: number; failing: number; code: string | null };

function turnEvidence({ storage }: EvidenceContext, turn: TurnRow): TurnEvidence {
  const { sql } = storage;
  const replies = repliesOf(sql, turn.id);
  const tokens = sumOfReplies(replies);
  const all = costUsd(turn.model, tokens);
  const counts = sql
    .exec<Counts>(
      `SELECT
         coalesce(sum(type = 'api_retry'), 0) AS retries,
         coalesce(sum(type = 'api_retry' AND (
           coalesce(json_extract(data, '$.httpStatus'), 599) >= 500 OR json_extract(data, '$.errorType') = 'overloaded_error'
         )), 0) AS upstream,
         coalesce(sum(type = 'step_discarded' AND json_extract(data, '$.lost') = 1), 0) AS lost,
         coalesce(sum(type = 'tool' AND json_extract(data, '$.verb') = 'check_preview' AND (
           json_extract(data, '$.fields.count') > 0 OR json_extract(data, '$.fields.blank') = 1
         )), 0) AS failing,
         max(CASE WHEN type = 'prompt_error' THEN json_extract(data, '$.code') END) AS code
       FROM event WHERE seq BETWEEN ? AND ? AND turn = ?
         AND type IN ('api_retry', 'step_discarded', 'tool', 'prompt_error')`,
      ...[turn.firstSeq ?? 0, turn.lastSeq ?? 0, turn.id],
    )
    .one();
  return {
    ...{ turn: turn.id, model: turn.model, state: turn.state, at: turn.startedAt ?? turn.createdAt },
    steps: replies.length,
    tokens: {
      ...{ input: tokens.inputTokens, output: tokens.outputTokens },
      ...{ cacheRead: tokens.cacheReadTokens, cacheWrite: tokens.cacheWriteTokens },
    },
    contextShare: all > 0 ? costUsd(turn.model, { ...tokens, outputTokens: 0 }) / all : 0,
    ...{ retries: counts.retries, upstreamFailures: counts.upstream, lost: counts.lost, code: counts.code },
    ...{ failingPreviews: counts.failing, attachments: turn.attachments.length },
  };
}
