import type { Admission, Lease } from '../../account/billing/admission-types.ts';
import type { TurnOutcome } from '../../agent/turn-outcomes.ts';
import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { TurnMode } from '../../protocol/turn-mode.ts';
import { AdmissionClient, resumedRequest, type TransientRequest } from './admission-client.ts';
import { setAnsweredBy } from './context-window.ts';
import { keepSender, keptSender } from './kept-sender.ts';
import type { PromptRequest } from './prompt-queue.ts';
import { type RunAgentLoopDeps, runAgentLoopInSession } from './run-agent-loop.ts';
import { SettlementDelivery } from './settlement-delivery.ts';
import type { TurnContext } from './turn-context.ts';
import { endTurn } from './turn-end.ts';
import { emitFailure, failUnexpectedly, refusalOutcome } from './turn-failure.ts';
import { beginTurn } from './turn-start.ts';
import type { TurnRow } from './turn-store.ts';

export interface TurnRunnerDeps extends RunAgentLoopDeps {
  /** The URL of the session's preview. */
  previewUrl(): string;
  /** Sets the alarm to when it is next needed. */
  scheduleAlarm(): Promise<void>;
  /** Deletes a session whose first prompt was refused. */
  discardSession(): Promise<void>;
}

/** What a turn is to do. Only prompts can wait in the queue. */
export type TurnRequest = Omit<PromptRequest, 'mode'> & { mode?: TurnMode | undefined };

/**
 * Runs the turns of a session, one at a time: admits, begins, resumes after an eviction, stops and ends them, then starts the next prompt
 * of the queue. The agent's loop is not here: see `runAgentLoopInSession`.
 */
export class TurnRunner {
  readonly #session: TurnContext;
  readonly #deps: TurnRunnerDeps;
  readonly #settlements: SettlementDelivery;
  readonly #admission: AdmissionClient;
  /** The turn whose loop runs in this object. */
  #running: { turn: string; abort: AbortController } | null = null;
  /** Callers of `stop` that wait for a turn to end, by its id. */
  readonly #endWaiters = new Map<string, (() => void)[]>();

  constructor(session: TurnContext, deps: TurnRunnerDeps) {
    this.#session = session;
    this.#deps = deps;
    this.#settlements = new SettlementDelivery(session, deps);
    this.#admission = new AdmissionClient(session, { ...deps, settlements: this.#settlements });
  }

  /**
   * Starts a turn, once it is admitted.
   *
   * @param address the address that the prompt came from
   * @throws ProblemError if it is refused; nothing of the turn is kept then
   */
  async start(request: TurnRequest, address: string): Promise<TurnRow> {
    const turn = this.#create(newId(), request, false);
    const admission = await this.#admission
      .ask(turn, { address, force: request.force ?? false })
      .catch((error: unknown) => {
        // Whether a lease was granted is unknown: the settlement returns it either way.
        this.#session.outbox.put({ turn: turn.id, counted: false }, Date.now());
        this.#abandon(turn);
        throw error;
      });
    if (admission === null) {
      this.#assertQuotaFor(turn);
      return this.#endUnadmitted(turn);
    }
    if (admission.ok) return this.#begin(turn, admission);
    this.#abandon(turn);
    throw new ProblemError(admission.code, admission.detail, admission.fields);
  }

  /** Resumes a turn whose object was lost; where there is none, starts the next prompt of the queue. */
  resume(): void {
    const { log, meta, turns } = this.#session;
    const turn = turns.active();
    if (turn && (this.#running || this.#admission.isPending(turn.id))) return;
    if (!turn) this.advance();
    else if (turn.state === 'admitting')
      this.#deps.waitUntil(this.#admitDetached(turn, { ...resumedRequest, ...keptSender(meta) }));
    else {
      log.skipLostBlock();
      this.#launch(turn, null);
    }
  }

  /** A prompt from this address is going to wait: see `keepSender`. Who pays with a Claude of their own has no share to count for. */
  async keepSender(address: string): Promise<void> {
    const { meta, turns } = this.#session;
    if (turns.last()?.payer !== 'connection') await keepSender(meta, this.#deps.treasury(), address);
  }

  /** Stops the active turn, even while it is being admitted. Resolves when it has ended. */
  async stop(): Promise<void> {
    const turn = this.#session.turns.active();
    if (!turn) return;
    this.#session.turns.markStopping(turn.id);
    if (this.#running?.turn === turn.id) this.#running.abort.abort();
    this.#admission.cancel(turn.id);
    await new Promise<void>((resolve) =>
      this.#endWaiters.set(turn.id, [...(this.#endWaiters.get(turn.id) ?? []), resolve]),
    );
  }

  /** Starts the next due prompt of the queue, unless a turn is active. */
  advance(): void {
    const { log, meta, queue, streams, turns } = this.#session;
    if (turns.active()) return;
    const next = queue.takeDue(Date.now());
    if (!next) {
      streams.closeIdle();
      return;
    }
    const turn = this.#create(next.id, next.request, true);
    log.emit({ type: 'queued', data: { items: queue.items() } }, null);
    const { address, request } = next;
    const sender = address === '' ? keptSender(meta) : { address };
    this.#deps.waitUntil(this.#admitDetached(turn, { ...sender, force: request.force ?? false }));
  }

  /** There are credits, or somebody else pays: starts what waited for them. @returns false: nothing waits yet, but a prompt may be about to */
  endCreditWait(): boolean {
    const { log, queue, turns } = this.#session;
    if (!queue.endCreditWait()) return turns.active()?.state !== 'admitting';
    log.emit({ type: 'queued', data: { items: queue.items() } }, null);
    this.advance();
    return true;
  }

  /**
   * Delivers the settlements that are due.
   *
   * @param all true: also those whose backoff has not passed
   * @returns true if none is left
   */
  settle(all = false): Promise<boolean> {
    return this.#settlements.deliver(all);
  }

  #create(id: string, request: TurnRequest, queued: boolean): TurnRow {
    return this.#session.turns.create({
      id,
      prompt: request.prompt,
      attachments: request.attachments,
      mode: request.mode ?? 'build',
      wantedModel: request.model,
      model: request.model ?? this.#session.meta.need('model'),
      queued,
      createdAt: Date.now(),
    });
  }

  /** Deletes a turn that was refused. */
  #abandon(turn: TurnRow): void {
    this.#session.turns.remove(turn.id);
    this.#resolveEndWaiters(turn.id);
    this.advance();
  }

  /** @throws ProblemError where a turn that was not admitted is not to be kept: it is deleted then */
  #assertQuotaFor(turn: TurnRow): void {
    try {
      this.#session.workspace.quota.assertTakesPrompts();
    } catch (error) {
      this.#session.outbox.put({ turn: turn.id, counted: false }, Date.now());
      this.#abandon(turn);
      throw error;
    }
  }

  #resolveEndWaiters(turn: string): void {
    for (const resolve of this.#endWaiters.get(turn) ?? []) resolve();
    this.#endWaiters.delete(turn);
  }

  /** Begins a turn without a lease, only to end it. */
  #beginUnadmitted(turn: TurnRow, payer: TurnRow['payer']): TurnRow {
    const lease = { payer, trial: null, model: turn.model };
    return beginTurn(this.#session, turn, lease, this.#deps.previewUrl(), Date.now());
  }

  /** Ends a turn that was stopped before the account answered. Its settlement returns the lease, granted already or only later. */
  async #endUnadmitted(turn: TurnRow): Promise<TurnRow> {
    const begun = this.#beginUnadmitted(turn, this.#session.turns.last()?.payer ?? 'trial');
    this.#sendTitle();
    await this.#end(begun, { state: 'stopped', blameless: false });
    return begun;
  }

  /** Admits a turn that no caller awaits (queued or resumed): a refusal becomes an event, and the prompt stays readable. */
  async #admitDetached(turn: TurnRow, transient: TransientRequest): Promise<void> {
    const admission = await this.#admission.ask(turn, transient).catch((): Admission => {
      const detail = 'The account could not be reached. Send the prompt again.';
      return {
        ok: false,
        payer: this.#session.turns.last()?.payer ?? 'trial',
        code: 'internal',
        detail,
        fields: { reason: 'given_up' },
      };
    });
    if (admission === null) {
      await this.#endUnadmitted(turn);
      return;
    }
    if (admission.ok) {
      this.#begin(turn, admission);
      return;
    }
    if (this.#session.meta.get('state') === 'new') {
      this.#session.outbox.put({ turn: turn.id, counted: false }, Date.now());
      this.#abandon(turn);
      await this.#deps.discardSession();
      return;
    }
    if (this.#session.turns.get(turn.id)?.stopping) {
      await this.#endUnadmitted(turn);
      return;
    }
    if (admission.code === 'credits_spent' && turn.queued) {
      this.#waitForCredits(turn, transient.address, Number(admission.fields.resetsAt));
      return;
    }
    const begun = this.#beginUnadmitted(turn, admission.payer);
    const { event, outcome } = refusalOutcome(admission);
    emitFailure(this.#session, this.#deps, begun, event);
    await this.#end(begun, outcome);
  }

  /** Puts a queued prompt back that the account has no credits for: it goes on by itself once there are some. */
  #waitForCredits(turn: TurnRow, address: string, resetsAt: number): void {
    const { log, queue, turns } = this.#session;
    const { id, prompt, attachments, wantedModel: model, mode } = turn;
    turns.remove(id);
    const now = Date.now();
    queue.waitForCredits(
      { id, request: { prompt, attachments, model, ...(mode === 'ask' ? { mode } : {}) }, address },
      { until: resetsAt, now },
    );
    log.emit({ type: 'queued', data: { items: queue.items() } }, null);
    this.#resolveEndWaiters(id);
    this.#deps.waitUntil(this.#deps.scheduleAlarm());
  }

  #begin(turn: TurnRow, { lease }: Extract<Admission, { ok: true }>): TurnRow {
    const { limits, meta, transcript } = this.#session;
    limits.begin(lease);
    setAnsweredBy(meta, transcript, `${lease.source} ${lease.model}`);
    const begun = beginTurn(this.#session, turn, lease, this.#deps.previewUrl(), Date.now());
    this.#launch(begun, lease);
    return begun;
  }

  /** Runs the turn in the background. @param lease null: the turn is resumed after eviction */
  #launch(turn: TurnRow, lease: Lease | null): void {
    const abort = new AbortController();
    if (this.#session.turns.active()?.stopping) abort.abort();
    this.#running = { turn: turn.id, abort };
    this.#deps.waitUntil(this.#run(turn, abort.signal, lease));
  }

  async #run(turn: TurnRow, signal: AbortSignal, lease: Lease | null): Promise<void> {
    let outcome: TurnOutcome;
    try {
      outcome = await runAgentLoopInSession(this.#session, this.#deps, turn, lease, signal);
    } catch (error) {
      outcome = signal.aborted
        ? { state: 'stopped', blameless: false }
        : failUnexpectedly(this.#session, this.#deps, turn, error);
    }
    await this.#end(turn, outcome);
  }

  /** Sends the title to the account's list of projects, in the background. If that fails, the next admission carries it. */
  #sendTitle(): void {
    const { meta } = this.#session;
    const sent = Promise.resolve(this.#deps.owner().rememberProject(meta.need('id'), meta.need('title')));
    this.#deps.waitUntil(sent.catch(() => undefined));
  }

  async #end(turn: TurnRow, outcome: TurnOutcome): Promise<void> {
    const { log, meta, streams } = this.#session;
    const title = meta.get('title');
    endTurn(this.#session, turn, outcome, Date.now(), this.#deps.settings.credits?.markupPercent ?? 0);
    this.#running = null;
    if (meta.get('title') !== title) this.#sendTitle();
    const settled = this.settle();
    this.advance();
    await log.drain();
    streams.closeIdle();
    this.#resolveEndWaiters(turn.id);
    // Scheduling before the settlement is delivered would fire the alarm at once, for that same settlement.
    await settled;
    await this.#deps.scheduleAlarm();
  }
}
