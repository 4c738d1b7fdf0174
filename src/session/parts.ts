import type Anthropic from '@anthropic-ai/sdk';
import { createTransformCache, type TransformCache } from '../preview/cache.ts';
import type { FilledMark } from '../sandbox/container-files.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { Workspace } from '../workspace/workspace.ts';
import { cutTranscript } from './cut.ts';
import { EventLog } from './event-log.ts';
import { EventStreams } from './event-streams.ts';
import { LimitDesk } from './limit-desk.ts';
import { MetaStore } from './meta.ts';
import { Outbox } from './outbox.ts';
import { PreviewDesk } from './preview-desk.ts';
import { PromptQueue } from './queue.ts';
import { SandboxDesk } from './sandbox-desk.ts';
import { Transcript } from './transcript.ts';
import { TurnStore } from './turn-store.ts';
import { Watchers } from './watchers.ts';

/** What a session is made of once it exists: one object each for what it keeps. */
export class SessionParts {
  readonly storage: DurableObjectStorage;
  readonly meta: MetaStore;
  readonly workspace: Workspace;
  readonly turns: TurnStore;
  readonly transcript: Transcript;
  readonly queue: PromptQueue;
  readonly outbox: Outbox;
  readonly limits: LimitDesk;
  readonly log: EventLog;
  readonly streams: EventStreams;
  readonly watchers: Watchers;
  readonly preview: PreviewDesk;
  readonly sandbox: SandboxDesk;
  readonly transforms: TransformCache = createTransformCache();

  /** @param sandbox makes the project's sandbox */
  constructor(ctx: DurableObjectState, sandbox: (filled: FilledMark) => Sandbox) {
    const { storage } = ctx;
    const { sql } = storage;
    this.storage = storage;
    this.meta = new MetaStore(sql);
    this.workspace = new Workspace(storage);
    this.turns = new TurnStore(sql);
    this.transcript = new Transcript(sql, this.workspace.blobs);
    this.queue = new PromptQueue(sql);
    this.outbox = new Outbox(sql);
    this.limits = new LimitDesk(this.meta);
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
    this.preview = new PreviewDesk({
      meta: this.meta,
      log: this.log,
      looking: () => this.watchers.looking,
      attended: () => this.streams.size > 0,
      turn: () => this.turns.active()?.id ?? null,
      isServed: () => this.sandbox.isServing,
      hasPage: () => this.workspace.stat('index.html') !== null,
      pushed: () => this.sandbox.pushFiles(),
    });
    this.sandbox = new SandboxDesk({
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
