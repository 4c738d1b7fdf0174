import type { Workspace } from '../../workspace/workspace.ts';
import type { EventLog } from '../events/event-log.ts';
import type { EventStreams } from '../events/event-streams.ts';
import type { PreviewReports } from '../preview/preview-reports.ts';
import type { SandboxManager } from '../sandbox/sandbox-manager.ts';
import type { MetaStore } from '../storage/session-meta.ts';
import type { LimitTracker } from './limit-tracker.ts';
import type { PromptQueue } from './prompt-queue.ts';
import type { SettlementOutbox } from './settlement-outbox.ts';
import type { Transcript } from './transcript.ts';
import type { TurnCredits } from './turn-credits.ts';
import type { TurnStore } from './turn-store.ts';

/** The stores and services of a session that its turns use. `SessionContext` is one. */
export interface TurnContext {
  readonly storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
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
  readonly preview: PreviewReports;
  readonly sandbox: SandboxManager;
}
