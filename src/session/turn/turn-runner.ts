import type { Account } from '../../account/account.ts';
import type { Admission, Settlement } from '../../account/billing/admission.ts';
import type { TurnOutcome } from '../../agent/ports.ts';
import { runTurn } from '../../agent/run-turn.ts';
import { unlessAborted } from '../../async/abortable.ts';
import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { redactedLine } from '../../log/redact.ts';
import type { Treasury } from '../../operator/treasury.ts';
import type { Draft } from '../../protocol/events.ts';
import { newId } from '../../protocol/id.ts';
import { ProblemError } from '../../protocol/problems.ts';
import type { Settings } from '../../settings.ts';
import { ProjectShell } from '../sandbox/project-shell.ts';
import type { SessionContext } from '../session-context.ts';
import { answersFromNow, forgetThinking } from './context-window.ts';
import { createTurnClient } from './create-turn-client.ts';
import type { PromptRequest } from './prompt-queue.ts';
import { AdmissionClient, type Asked, lost, offerOf, refusedLate } from './request-admission.ts';
import type { SignalLog } from './signal-log.ts';
import { TurnClock } from './turn-clock.ts';
import { endTurn } from './turn-end.ts';
import { SessionJournal } from './turn-journal.ts';
import { beginTurn } from './turn-start.ts';
import type { TurnRow } from './turn-store.ts';

/** What the runner needs of the object that it runs in. */
export interface TurnRunnerDeps {
  settings: Settings;
  /** The address of the session's preview. */
  previewUrl(): string;
  account(visitor: string): DurableObjectStub<Account>;
  treasury(): DurableObjectStub<Treasury>;
  signals: SignalLog;
  /** Keeps the object alive until the promise is settled. */
  waitUntil(promise: Promise<unknown>): void;
  /** Sees to it that the alarm comes when it is next needed. */
  schedule(): Promise<void>;
  /** Deletes a session that never came to be: its first prompt was refused. */
  discard(): Promise<void>;
}

interface Run {
  turn: string;
  abort: AbortController;
}

/** Runs the turns of a session, one at a time: admits, begins, carries on after an interruption, stops, ends, goes on with the queue. */
export class TurnRunner {
  readonly #parts: SessionContext;
  readonly #host: TurnRunnerDeps;
  readonly #admission: AdmissionClient;
  #run: Run | null = null;
  /** The settlements that are on their way. */
  #settling: Promise<unknown> = Promise.resolve();
  /** Those who wait for a turn to end, by its id. */
  readonly #ending = new Map<string, (() => void)[]>();

  constructor(parts: SessionContext, host: TurnRunnerDeps) {
    this.#parts = parts;
    this.#host = host;
    const { account, schedule, waitUntil } = host;
    this.#admission = new AdmissionClient(parts, { account, schedule, waitUntil, settled: () => this.#settling });
  }

  /**
   * Starts a turn, once it is admitted.
   *
   * @param address the one that the prompt came from
   * @throws ProblemError where it is refused; then nothing of it is kept
   */
  async start(request: PromptRequest, address: string): Promise<TurnRow> {
    const turn = this.#create(newId(), request, false);
    const admission = await this.#admission
      .ask(turn, { address, force: request.force ?? false })
      .catch((error: unknown) => {
        // Whether the lease was given is not known: it is given back either way.
        this.#parts.outbox.put({ turn: turn.id, counted: false }, Date.now());
        this.#abandon(turn);
        throw error;
      });
    if (admission === null) return this.#stopUnadmitted(turn);
    if (admission.ok) return this.#begin(turn, admission);
    this.#abandon(turn);
    throw new ProblemError(admission.code, admission.detail, admission.fields);
  }

  /** Takes up a turn that lost its object. */
  resume(): void {
    const turn = this.#parts.turns.active();
    if (turn && (this.#run || this.#admission.isAsking(turn.id))) return;
    if (!turn) this.advance();
    else if (turn.state === 'admitting') this.#host.waitUntil(this.#admitLate(turn, lost));
    else this.#carryOn(turn, null);
  }

  /** Stops the running turn, also one that is still being admitted. Resolves when it has ended. */
  async stop(): Promise<void> {
    const turn = this.#parts.turns.active();
    if (!turn) return;
    this.#parts.turns.markStopping(turn.id);
    if (this.#run?.turn === turn.id) this.#run.abort.abort();
    this.#admission.leave(turn.id);
    await new Promise<void>((resolve) => this.#ending.set(turn.id, [...(this.#ending.get(turn.id) ?? []), resolve]));
  }

  /** Starts the next prompt of the queue, where nothing runs. */
  advance(): void {
    const { log, queue, streams, turns } = this.#parts;
    if (turns.active()) return;
    const next = queue.shift(Date.now());
    if (!next) {
      streams.closeIdle();
      return;
    }
    const turn = this.#create(next.id, next.request, true);
    log.emit({ type: 'queued', data: { items: queue.items() } }, null);
    const { address, request } = next;
    this.#host.waitUntil(this.#admitLate(turn, { address, force: request.force ?? false }));
  }

  /**
   * Delivers the settlements that are due.
   *
   * @param all true: also those that are to wait
   * @returns true where nothing is left
   */
  settle(all = false): Promise<boolean> {
    const settled = this.#deliver(all);
    this.#settling = settled.catch(() => false);
    return settled;
  }

  async #deliver(all: boolean): Promise<boolean> {
    const { limits, meta, outbox } = this.#parts;
    const owner = this.#host.account(meta.need('owner'));
    const deliver = async (settlement: Settlement): Promise<void> => {
      const limit = limits.note();
      await owner.settle({ ...settlement, limit });
      if (limit) limits.acknowledged(limit);
    };
    const delivered = await outbox.deliver(deliver, Date.now(), all);
    if (!delivered) await this.#host.schedule();
    return delivered;
  }

  #create(id: string, request: PromptRequest, queued: boolean): TurnRow {
    return this.#parts.turns.create({
      id,
      prompt: request.prompt,
      attachments: request.attachments,
      wantedModel: request.model,
      model: request.model ?? this.#parts.meta.need('model'),
      queued,
      createdAt: Date.now(),
    });
  }

  #abandon(turn: TurnRow): void {
    this.#parts.turns.remove(turn.id);
    this.#ended(turn.id);
    this.advance();
  }

  #ended(turn: string): void {
    for (const resolve of this.#ending.get(turn) ?? []) resolve();
    this.#ending.delete(turn);
  }

  /** Ends a turn that was stopped before the account had answered. The lease is given back, whether it was given or is still to be. */
  async #stopUnadmitted(turn: TurnRow): Promise<TurnRow> {
    const lease = { payer: this.#parts.turns.last()?.payer ?? 'trial', trial: null, model: turn.model };
    const begun = beginTurn(this.#parts, turn, lease, this.#host.previewUrl(), Date.now());
    this.#tellTitle();
    await this.#end(begun, { state: 'stopped', blameless: false });
    return begun;
  }

  /** Admits a turn whose prompt waits for no answer: a refusal is told as an event, and the prompt stays readable. */
  async #admitLate(turn: TurnRow, asked: Asked): Promise<void> {
    const admission = await this.#admission.ask(turn, asked).catch((): Admission => {
      const detail = 'The account could not be reached. Send the prompt again.';
      return { ok: false, payer: this.#parts.turns.last()?.payer ?? 'trial', code: 'internal', detail, fields: {} };
    });
    if (admission === null) {
      await this.#stopUnadmitted(turn);
      return;
    }
    if (admission.ok) {
      this.#begin(turn, admission);
      return;
    }
    if (this.#parts.meta.get('state') === 'new') {
      this.#parts.outbox.put({ turn: turn.id, counted: false }, Date.now());
      this.#abandon(turn);
      await this.#host.discard();
      return;
    }
    const lease = { payer: admission.payer, trial: null, model: turn.model };
    const begun = beginTurn(this.#parts, turn, lease, this.#host.previewUrl(), Date.now());
    const { event, outcome } = refusedLate(admission);
    this.#tell(begun, event);
    await this.#end(begun, outcome);
  }

  #begin(turn: TurnRow, { lease }: Extract<Admission, { ok: true }>): TurnRow {
    const { limits, meta, transcript } = this.#parts;
    limits.begin(lease);
    answersFromNow(meta, transcript, `${lease.source} ${lease.model}`);
    const begun = beginTurn(this.#parts, turn, lease, this.#host.previewUrl(), Date.now());
    this.#carryOn(begun, lease.credential);
    return begun;
  }

  /** @param credential that of the lease; null for a turn that lost its object and is taken up again */
  #carryOn(turn: TurnRow, credential: ClaudeCredential | null): void {
    const abort = new AbortController();
    if (this.#parts.turns.active()?.stopping) abort.abort();
    this.#run = { turn: turn.id, abort };
    this.#host.waitUntil(this.#work(turn, abort.signal, credential));
  }

  async #work(turn: TurnRow, signal: AbortSignal, credential: ClaudeCredential | null): Promise<void> {
    let outcome: TurnOutcome;
    try {
      outcome = await this.#loop(turn, signal, credential);
    } catch (error) {
      outcome = signal.aborted ? { state: 'stopped', blameless: false } : this.#broke(turn, error);
    }
    await this.#end(turn, outcome);
  }

  async #loop(turn: TurnRow, signal: AbortSignal, credential: ClaudeCredential | null): Promise<TurnOutcome> {
    const parts = this.#parts;
    const { account, settings } = this.#host;
    const owner = () => account(parts.meta.need('owner'));
    const paid = await unlessAborted(createTurnClient({ ...this.#host, owner }, turn.payer, credential), signal);
    if (!paid.ok) {
      const { code, detail: message } = paid;
      this.#tell(turn, { type: 'prompt_error', data: { code, message, retryable: code !== 'connection_broken' } });
      return { state: 'failed', blameless: true };
    }
    const journal = new SessionJournal(
      {
        storage: parts.storage,
        log: parts.log,
        transcript: parts.transcript,
        clock: new TurnClock(parts.meta, turn.id, turn.startedAt ?? Date.now(), () => Date.now()),
        messages: () => parts.claudeMessages(turn.model),
        forgetThinking: () => forgetThinking(parts.meta, parts.transcript),
        hear: (draft) => {
          parts.limits.hear(draft, Date.now());
          this.#host.signals.tell(draft, turn);
        },
        reloadPreview: () => parts.preview.reload(),
      },
      turn.id,
      turn.firstSeq ?? 0,
      // A turn that was taken up again has its time anew: how long it lay there is not its fault, and its steps are limited all the same.
      credential === null ? Date.now() : (turn.startedAt ?? Date.now()),
    );
    const { system, shell } = offerOf(parts);
    return runTurn({
      turn: turn.id,
      model: turn.model,
      payer: turn.payer,
      system,
      ...(shell ? { shell: new ProjectShell(parts, parts.sandbox) } : {}),
      retry: { maxRetries: settings.claudeMaxRetries, baseMs: settings.claudeRetryBaseMs },
      journal,
      workspace: parts.workspace,
      preview: parts.preview,
      signal,
      rateLimit: parts.limits.state,
      onSameLimit: () => parts.limits.confirm(Date.now()),
      ...paid.value,
    });
  }

  #broke(turn: TurnRow, error: unknown): TurnOutcome {
    console.error(
      redactedLine(`turn ${turn.id} broke: ${error instanceof Error ? (error.stack ?? error) : error}`, 2_000),
    );
    const message = 'Something broke on our side. The files are as they were; send the prompt again.';
    this.#tell(turn, { type: 'prompt_error', data: { code: 'internal', message, retryable: true } });
    return { state: 'failed', blameless: true };
  }

  /** Tells why a turn ends that Claude was not asked for. */
  #tell(turn: TurnRow, draft: Draft): void {
    this.#host.signals.tell(draft, turn);
    this.#parts.log.emit(draft, turn.id);
  }

  /** The account's list of projects follows. Where this gets lost, the next admission brings the title. */
  #tellTitle(): void {
    const { meta } = this.#parts;
    const account = this.#host.account(meta.need('owner'));
    const told = Promise.resolve(account.rememberProject(meta.need('id'), meta.need('title')));
    this.#host.waitUntil(told.catch(() => undefined));
  }

  async #end(turn: TurnRow, outcome: TurnOutcome): Promise<void> {
    const { meta } = this.#parts;
    const named = meta.get('title');
    endTurn(this.#parts, turn, outcome, Date.now());
    this.#run = null;
    if (meta.get('title') !== named) this.#tellTitle();
    const settled = this.settle();
    this.advance();
    await this.#parts.log.settled();
    this.#parts.streams.closeIdle();
    this.#ended(turn.id);
    // Else the alarm would come at once, for the settlement that is on its way already.
    await settled;
    await this.#host.schedule();
  }
}
