import type Anthropic from '@anthropic-ai/sdk';
import { createTransformCache, type TransformCache } from '../preview/transform-cache.ts';
import type { SyncedBoot } from '../sandbox/container-file-sync.ts';
import type { Sandbox } from '../sandbox/sandbox-port.ts';
import { Workspace } from '../workspace/workspace.ts';
import { EventLog } from './events/event-log.ts';
import { EventStreams } from './events/event-streams.ts';
import { Watchers } from './events/watchers.ts';
import { PreviewReports } from './preview/preview-reports.ts';
import { SandboxManager } from './sandbox/sandbox-manager.ts';
import { MetaStore } from './storage/session-meta.ts';
import { cutTranscript } from './turn/context-window.ts';
import { LimitTracker } from './turn/limit-tracker.ts';
import { PromptQueue } from './turn/prompt-queue.ts';
import { SettlementOutbox } from './turn/settlement-outbox.ts';
import { Transcript } from './turn/transcript.ts';
import { TurnStore } from './turn/turn-store.ts';

/** What a session is made of once it exists: one object each for what it keeps. */
export class SessionContext {
  readonly storage: DurableObjectStorage;
  readonly meta: MetaStore;
  readonly workspace: Workspace;
  readonly turns: TurnStore;
  readonly transcript: Transcript;
  readonly queue: PromptQueue;
  readonly outbox: SettlementOutbox;
  readonly limits: LimitTracker;
  readonly log: EventLog;
  readonly streams: EventStreams;
  readonly watchers: Watchers;
  readonly preview: PreviewReports;
  readonly sandbox: SandboxManager;
  readonly transforms: TransformCache = createTransformCache();

  /** @param sandbox makes the project's sandbox */
  constructor(ctx: DurableObjectState, sandbox: (filled: SyncedBoot) => Sandbox) {
    const { storage } = ctx;
    const { sql } = storage;
    this.storage = storage;
    this.meta = new MetaStore(sql);
    this.workspace = new Workspace(storage);
    this.turns = new TurnStore(sql);
    this.transcript = new Transcript(sql, this.workspace.blobs);
    this.queue = new PromptQueue(sql);
    this.outbox = new SettlementOutbox(sql);
    this.limits = new LimitTracker(this.meta);
    this.watchers = new Watchers(ctx);
    const now = (): number => Date.now();
    this.log = new EventLog({
      storage,
      now,
      deliver: (events) => {
        this.streams.deliver(events);
        this.watchers.notify(this.log.durableSeq, !this.idle(), now());
      },
      failed: (error) => ctx.abort(String(error)),
    });
    this.streams = new EventStreams({
      read: (after, limit) => this.log.read(after, limit),
      // The last events of a turn are on their way still while nothing runs any more.
      idle: () => this.idle() && this.log.durableSeq === this.log.seq,
      now,
    });
    this.preview = new PreviewReports({
      meta: this.meta,
      log: this.log,
      looking: () => this.watchers.looking,
      attended: () => this.streams.size > 0,
      turn: () => this.turns.active()?.id ?? null,
      isServed: () => this.sandbox.isServing,
      hasPage: () => this.workspace.stat('index.html') !== null,
      pushed: () => this.sandbox.pushFiles(),
    });
    this.sandbox = new SandboxManager({
      sandbox: sandbox({
        get: () => this.meta.get('filled') || null,
        set: (boot) => this.meta.set({ filled: boot ?? '' }),
      }),
      workspace: this.workspace,
      meta: this.meta,
      log: this.log,
      turn: () => this.turns.active()?.id ?? null,
    });
  }

  /** True where nothing runs and nothing is queued for now. */
  idle(): boolean {
    return this.turns.active() === null && !this.queue.isDue(Date.now());
  }

  /** The transcript as Claude gets it: within the model's window. */
  claudeMessages(model: string): Anthropic.MessageParam[] {
    return cutTranscript(this.meta, this.transcript, this.workspace.blobs, model);
  }
}
