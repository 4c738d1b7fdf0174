import { missingPageAt } from '../preview/serve-project-file.ts';
import { createTransformCache, type TransformCache } from '../preview/transform-cache.ts';
import type { SyncedBoot } from '../sandbox/container-file-sync.ts';
import type { Sandbox } from '../sandbox/sandbox-interface.ts';
import type { Settings } from '../settings.ts';
import { Workspace } from '../workspace/workspace.ts';
import { EventLog } from './events/event-log.ts';
import { EventStreams } from './events/event-streams.ts';
import { Watchers } from './events/watchers.ts';
import { FileTransfers } from './file-transfers.ts';
import { IdleExpiry } from './idle-expiry.ts';
import { PreviewReports } from './preview/preview-reports.ts';
import { snapshotOf } from './preview/serve-preview.ts';
import { SandboxManager } from './sandbox/sandbox-manager.ts';
import { MetaStore } from './storage/session-meta.ts';
import { LimitTracker } from './turn/limit-tracker.ts';
import { PromptQueue } from './turn/prompt-queue.ts';
import { SettlementOutbox } from './turn/settlement-outbox.ts';
import { Transcript } from './turn/transcript.ts';
import { TurnCredits } from './turn/turn-credits.ts';
import { TurnStore } from './turn/turn-store.ts';

/** Time after the end of a turn in which its files can still be read as they were being written. Milliseconds. */
export const settledAfterMs = 10 * 60_000;

/** Composes the stores and services of a session that exists. Each declares in its own room what it needs of the others. */
export class SessionContext {
  readonly storage: DurableObjectStorage;
  readonly meta: MetaStore;
  readonly workspace: Workspace;
  readonly turns: TurnStore;
  readonly transcript: Transcript;
  readonly queue: PromptQueue;
  readonly outbox: SettlementOutbox;
  readonly credits: TurnCredits;
  readonly limits: LimitTracker;
  readonly log: EventLog;
  readonly streams: EventStreams;
  readonly watchers: Watchers;
  readonly preview: PreviewReports;
  readonly sandbox: SandboxManager;
  readonly transfers: FileTransfers;
  readonly expiry: IdleExpiry;
  readonly transforms: TransformCache = createTransformCache();

  /**
   * @param createSandbox creates the project's sandbox; its arguments persist which container was filled last, and tell after how many idle
   *   seconds the owner's plan lets it sleep
   * @param settings what the project may keep, and for how long
   */
  constructor(
    ctx: DurableObjectState,
    createSandbox: (lastFilled: SyncedBoot, idleSeconds: () => number | undefined) => Sandbox,
    settings: Pick<Settings, 'maxProjectBytes' | 'visitorProjectDays' | 'clockOffsetMs'>,
  ) {
    const { storage } = ctx;
    const { sql } = storage;
    this.storage = storage;
    this.meta = new MetaStore(sql);
    this.workspace = new Workspace(storage, {
      limit: settings.maxProjectBytes,
      usedElsewhere: () => this.transcript.blobHashes(),
    });
    this.turns = new TurnStore(sql);
    this.transcript = new Transcript(sql, this.workspace.blobs);
    this.queue = new PromptQueue(sql);
    this.outbox = new SettlementOutbox(sql);
    this.credits = new TurnCredits(sql);
    this.limits = new LimitTracker(this.meta);
    this.watchers = new Watchers(ctx);
    this.expiry = new IdleExpiry({
      meta: this.meta,
      turns: this.turns,
      queue: this.queue,
      watchers: this.watchers,
      days: settings.visitorProjectDays,
      clockOffsetMs: settings.clockOffsetMs,
    });
    const now = (): number => Date.now();
    this.log = new EventLog({
      storage,
      meta: this.meta,
      settledSeq: () => this.turns.lastSeqOfEnded(now() - settledAfterMs),
      deliver: (events) => {
        this.streams.deliver(events);
        // Watchers learn of what is stored: the text in flight is for those who read the stream.
        if (this.log.durableSeq > this.watchers.notifiedSeq)
          this.watchers.notify(this.log.durableSeq, !this.isIdle(), now());
      },
      onFailure: (error) => ctx.abort(String(error)),
    });
    this.streams = new EventStreams({
      read: (after, limit) => this.log.read(after, limit),
      inFlight: () => this.log.inFlight(),
      // After the end of a turn, its last events may still be undelivered.
      isIdle: () => this.isIdle() && this.log.durableSeq === this.log.seq,
      // Passed on by the runtime itself: a stream of JavaScript's own is read by JavaScript, for each token.
      createPipe: () => new IdentityTransformStream(),
      now,
    });
    this.transfers = new FileTransfers({
      workspace: this.workspace,
      owner: () => this.meta.need('owner'),
      createPipe: () => new IdentityTransformStream(),
      now,
    });
    this.preview = new PreviewReports({
      meta: this.meta,
      log: this.log,
      isPreviewOpen: () => this.watchers.hasPreviewOpen,
      hasEventReaders: () => this.streams.size > 0,
      activeTurn: () => this.turns.active()?.id ?? null,
      isServing: () => this.sandbox.isServing,
      missingPage: (path) => missingPageAt(path, snapshotOf(this.workspace)),
      pushFiles: () => this.sandbox.pushFiles(),
    });
    this.sandbox = new SandboxManager({
      sandbox: createSandbox(
        {
          get: () => this.meta.get('filled') || null,
          set: (boot) => this.meta.set({ filled: boot ?? '' }),
        },
        () => Number(this.meta.get('idle_seconds')) || undefined,
      ),
      workspace: this.workspace,
      meta: this.meta,
      log: this.log,
      activeTurn: () => this.turns.active()?.id ?? null,
    });
  }

  /** Whether no turn is active and no prompt is due. */
  isIdle(): boolean {
    return this.turns.active() === null && !this.queue.isDue(Date.now());
  }
}
