import * as v from 'valibot';
import { logError } from '../../log/error-log.ts';
import type { EventData } from '../../protocol/events.ts';
import { limits } from '../../protocol/limits.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { QueuePatch } from '../../protocol/requests.ts';
import { PromptMode } from '../../protocol/turn-mode.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** Maximum characters of all queued prompts: they are sent as one `queued` event, which is one row. */
const maxQueueChars = 400_000;

/** A prompt with the choices that come with it. */
const PromptRequest = v.object({
  prompt: v.string(),
  /** Null: the session's model. */
  model: v.nullable(v.string()),
  attachments: v.array(v.string()),
  /** Absent: `build`. */
  mode: v.optional(PromptMode),
  /** "Try anyway": send even though a limit is known. */
  force: v.optional(v.boolean()),
  /** UNIX milliseconds before which the prompt must not start; null: none. */
  notBefore: v.optional(v.nullable(v.number())),
  /** What it waits for, which may come before `notBefore`. */
  waitsFor: v.optional(v.literal('credits')),
});
export type PromptRequest = v.InferOutput<typeof PromptRequest>;

/** SQL condition: the prompt may start now. Its parameter is UNIX milliseconds. */
const isDue = `coalesce(json_extract(request, '$.notBefore'), 0) <= ?`;

/** Prompts that wait for the running turn to end, or for their time, in order. */
export class PromptQueue {
  readonly #sql: SqlStorage;
  /** Addresses that prompts came from, by prompt id. In memory only: addresses are never stored (see `keepSender`). */
  readonly #addresses = new Map<string, string>();
  /** Number of prompts; null: not read yet. Nearly always 0, which is asked for with every event. */
  #length: number | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  items(): EventData<'queued'>['items'] {
    return this.#sql
      .exec<{ id: string; request: string }>('SELECT id, request FROM queue ORDER BY place')
      .toArray()
      .flatMap(({ id, request }) => {
        const stored = this.#parse(id, request);
        if (!stored) return [];
        const { prompt, attachments, mode, notBefore, waitsFor } = stored;
        return {
          id,
          prompt,
          ...(mode === undefined ? {} : { mode }),
          ...(attachments.length > 0 ? { attachments } : {}),
          ...(typeof notBefore === 'number' ? { notBefore } : {}),
          ...(waitsFor ? { waitsFor } : {}),
        };
      });
  }

  get length(): number {
    this.#length ??= this.#sql.exec<{ n: number }>('SELECT count(*) AS n FROM queue').one().n;
    return this.#length;
  }

  /** Whether any prompt may start. `now` in UNIX milliseconds. */
  isDue(now: number): boolean {
    return this.length > 0 && this.#sql.exec(`SELECT 1 FROM queue WHERE ${isDue} LIMIT 1`, now).toArray().length > 0;
  }

  /** When the next prompt may start (UNIX milliseconds), or null. */
  dueAt(): number | null {
    if (this.length === 0) return null;
    return this.#sql
      .exec<{ due: number | null }>(`SELECT min(coalesce(json_extract(request, '$.notBefore'), 0)) AS due FROM queue`)
      .one().due;
  }

  /**
   * Appends a prompt.
   *
   * @returns its position, from 1
   * @throws ProblemError `turn_in_progress` where the queue is full
   */
  add(id: string, request: PromptRequest, address: string): number {
    const waiting = this.length;
    if (waiting >= limits.queue)
      throw new ProblemError('turn_in_progress', `A turn is running and ${limits.queue} prompts are waiting already.`, {
        reason: 'queue_full',
        limit: limits.queue,
      });
    const json = JSON.stringify(request);
    this.#assertFits(id, json);
    this.#sql.exec(
      'INSERT INTO queue (id, place, request) VALUES (?, (SELECT coalesce(max(place), 0) + 1 FROM queue), ?)',
      id,
      json,
    );
    this.#length = waiting + 1;
    this.#addresses.set(id, address);
    return waiting + 1;
  }

  /** Removes and returns the first prompt that may start, or null. Its address is empty after an eviction. `now` in UNIX milliseconds. */
  takeDue(now: number): { id: string; request: PromptRequest; address: string } | null {
    if (this.length === 0) return null;
    const row = this.#sql
      .exec<{ id: string; request: string }>(`SELECT id, request FROM queue WHERE ${isDue} ORDER BY place LIMIT 1`, now)
      .toArray()[0];
    if (!row) return null;
    const request = this.#parse(row.id, row.request);
    if (!request) return this.takeDue(now);
    const address = this.#addresses.get(row.id) ?? '';
    this.#delete(row.id);
    return { id: row.id, request, address };
  }

  /**
   * Puts a prompt back that the account has no credits for, before all others. It and all that are due wait until there are some.
   *
   * @param until when new ones come by themselves; a prompt that is set to a time after `now` keeps it. UNIX milliseconds
   */
  waitForCredits(
    { id, request, address }: { id: string; request: PromptRequest; address: string },
    { until, now }: { until: number; now: number },
  ): void {
    this.#sql.exec(
      'INSERT INTO queue (id, place, request) VALUES (?, (SELECT coalesce(min(place), 1) - 1 FROM queue), ?)',
      ...[id, JSON.stringify(request)],
    );
    this.#length = null;
    if (address !== '') this.#addresses.set(id, address);
    this.#sql.exec(
      `UPDATE queue SET request = json_set(request, '$.notBefore', ?1, '$.waitsFor', 'credits')
       WHERE coalesce(json_extract(request, '$.notBefore'), 0) <= ?2`,
      ...[until, now],
    );
  }

  /** There are credits, or somebody else pays: what waited for them may start. @returns whether anything did */
  endCreditWait(): boolean {
    if (this.length === 0) return false;
    const waiting = `WHERE json_extract(request, '$.waitsFor') = 'credits'`;
    const isAny = this.#sql.exec(`SELECT 1 FROM queue ${waiting} LIMIT 1`).toArray().length > 0;
    if (isAny)
      this.#sql.exec(`UPDATE queue SET request = json_remove(request, '$.notBefore', '$.waitsFor') ${waiting}`);
    return isAny;
  }

  /** @throws ProblemError `not_found` */
  remove(id: string): void {
    this.#find(id);
    this.#delete(id);
  }

  /** Changes a prompt's text, time or place. @throws ProblemError `not_found`, or `turn_in_progress` where the queue would be too long */
  change(id: string, { prompt, place, notBefore }: QueuePatch): void {
    const request = this.#find(id);
    if (prompt !== undefined || notBefore !== undefined) {
      const changed: PromptRequest = {
        ...request,
        prompt: prompt ?? request.prompt,
        ...(notBefore === undefined ? {} : { notBefore }),
      };
      // Whoever sets a time says when it is to start.
      if (notBefore !== undefined) delete changed.waitsFor;
      const json = JSON.stringify(changed);
      this.#assertFits(id, json);
      this.#sql.exec('UPDATE queue SET request = ? WHERE id = ?', json, id);
    }
    if (place !== undefined) this.#move(id, place);
  }

  /** A stored prompt; null where it cannot be read: it is removed then, as it would hold up all behind it. */
  #parse(id: string, json: string): PromptRequest | null {
    const request = parseStoredOr(PromptRequest, json, null);
    if (request) return request;
    logError('A queued prompt cannot be read by this release, and was removed.');
    this.#delete(id);
    return null;
  }

  #delete(id: string): void {
    this.#sql.exec('DELETE FROM queue WHERE id = ?', id);
    this.#length = null;
    this.#addresses.delete(id);
  }

  #move(id: string, place: number): void {
    const order = this.items().flatMap((item) => (item.id === id ? [] : [item.id]));
    order.splice(place - 1, 0, id);
    for (const [index, item] of order.entries())
      this.#sql.exec('UPDATE queue SET place = ? WHERE id = ?', index + 1, item);
  }

  #assertFits(id: string, json: string): void {
    const { chars } = this.#sql
      .exec<{ chars: number }>('SELECT coalesce(sum(length(request)), 0) AS chars FROM queue WHERE id <> ?', id)
      .one();
    if (chars + json.length > maxQueueChars)
      throw new ProblemError('turn_in_progress', 'The prompts that are waiting are too long to take another one.', {
        reason: 'queue_too_long',
      });
  }

  #find(id: string): PromptRequest {
    const row = this.#sql.exec<{ request: string }>('SELECT request FROM queue WHERE id = ?', id).toArray()[0];
    const request = row && this.#parse(id, row.request);
    if (!request)
      throw new ProblemError('not_found', 'This prompt is not in the queue any more.', { reason: 'queued_prompt' });
    return request;
  }
}
