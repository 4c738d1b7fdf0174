import type { IdleExpiry } from './idle-expiry.ts';
import type { PromptQueue } from './turn/prompt-queue.ts';
import type { SettlementOutbox } from './turn/settlement-outbox.ts';
import type { TurnStore } from './turn/turn-store.ts';

/** Interval of the alarm while a turn runs: it resumes the turn if its object was lost. Milliseconds. */
const heartbeatMs = 30_000;

/** What the alarm of a session may be needed for. */
export interface AlarmNeeds {
  turns: Pick<TurnStore, 'active'>;
  outbox: Pick<SettlementOutbox, 'dueAt'>;
  queue: Pick<PromptQueue, 'dueAt'>;
  expiry: Pick<IdleExpiry, 'alarmAt'>;
}

/** When the alarm is next needed, UNIX milliseconds; infinite where it is not. @param isLive false: being created, or being deleted */
function nextAlarm({ turns, outbox, queue, expiry }: AlarmNeeds, isLive: boolean, now: number): number {
  const isRunning = turns.active() !== null;
  const due = [
    isRunning || !isLive ? now + heartbeatMs : null,
    outbox.dueAt(),
    // A prompt that waits for the running turn is started at the end of that turn.
    isRunning ? null : queue.dueAt(),
    expiry.alarmAt(),
  ];
  return Math.min(...due.filter((at) => at !== null));
}

/** The alarm of a session. Remembers its time, so that it is written only to come earlier. */
export class AlarmSchedule {
  readonly #storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>;
  /** UNIX milliseconds; null: not known, or not set. */
  #alarmAt: number | null = null;

  constructor(storage: Pick<DurableObjectStorage, 'getAlarm' | 'setAlarm' | 'deleteAlarm'>) {
    this.#storage = storage;
  }

  /** Learns, after the object was started, whether an alarm is set. */
  async recall(): Promise<void> {
    const at = await this.#storage.getAlarm();
    this.#alarmAt ??= at;
  }

  /** Sets the alarm to when it is next needed. */
  async update(needs: AlarmNeeds, isLive: boolean): Promise<void> {
    const now = Date.now();
    const next = nextAlarm(needs, isLive, now);
    // One that is overdue is about to fire: an object that it wakes must not put it off, or it would never come.
    if (next === Number.POSITIVE_INFINITY || (this.#alarmAt !== null && this.#alarmAt <= next)) return;
    this.#alarmAt = Math.max(next, now + 1);
    await this.#storage.setAlarm(this.#alarmAt);
  }

  /** The alarm has fired. */
  fired(): void {
    this.#alarmAt = null;
  }

  async cancel(): Promise<void> {
    this.#alarmAt = null;
    await this.#storage.deleteAlarm();
  }
}
