import * as v from 'valibot';
import { QueuedEvent } from './queued-event.ts';

/**
 * The events of a session, as stored in its log and sent as SSE.
 *
 * On the wire, `id` is the session's sequence number, `event` the type, `data` one line of JSON. Text in flight (`text`, `thinking`,
 * `file_delta`, `tool_output`) is sent at once and without an id; it is stored later, in larger parts, and these have ids.
 * Schemas are loose: unknown fields are passed through, and clients ignore them.
 */

type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const fields = v.record(v.string(), v.unknown());

/** The server's time when the event was made, UNIX milliseconds. Absent in events that earlier releases stored. */
const now = v.optional(v.number());

/** Who pays for a turn. An open set: clients show unknown values as they are. */
export const Payer = v.pipe(v.string(), v.nonEmpty());
export type Payer = 'trial' | 'connection' | 'hosted' | 'credits' | (string & {});

export const Trial = v.object({ used: count, limit: count });
export type Trial = v.InferOutput<typeof Trial>;

export const TurnState = v.picklist(['completed', 'stopped', 'failed', 'exhausted']);
export type TurnState = v.InferOutput<typeof TurnState>;

/** The session that a turn belongs to: the first event of its stream. */
export const SessionEvent = v.looseObject({
  session: v.string(),
  previewUrl: v.string(),
  model: v.string(),
  payer: Payer,
  trial: v.nullable(Trial),
  /** The project that the turn has made; absent where it was there before. */
  project: v.optional(
    v.looseObject({
      title: v.string(),
      model: v.string(),
      commands: v.boolean(),
      /** Why no commands can run. */
      why: v.nullable(v.string()),
      hosts: v.array(v.string()),
    }),
  ),
});

export const TurnStartedEvent = v.looseObject({
  turn: v.string(),
  prompt: v.string(),
  model: v.string(),
  payer: Payer,
  /** `ask`: a question; `fresh_start`: a summary of the conversation. No version comes of them. Absent where it builds. An open set. */
  mode: v.optional(v.string()),
  /** Paths of the files attached to the prompt; absent where there are none. */
  attachments: v.optional(v.array(v.string())),
});

/** Where a chunk of streamed text belongs: a reader keeps of each block what reaches furthest, and ignores what it has. */
const chunk = {
  turn: v.string(),
  step: count,
  /** The block's number. Numbers rise in the session, and none is used twice. */
  block: count,
  /** Where `delta` begins in the block, in UTF-16 code units. */
  at: count,
  delta: v.string(),
};

/** A chunk of Claude's answer, or of its thinking. */
export const DeltaEvent = v.looseObject(chunk);

/** A chunk of a file while Claude is writing it. `id` is the id of the tool call. */
export const FileDeltaEvent = v.looseObject({ ...chunk, id: v.string(), path: v.string() });

/** A chunk of a running command's output, with its colours (ANSI). `id` is the id of the tool call. */
export const ToolOutputEvent = v.looseObject({ ...chunk, id: v.string() });

/** The request of a step is repeated: the step's blocks are void, stored or not. `fromSeq`: the first event that is. */
/** `lost`: the object was lost while the step was being asked. */
export const StepDiscardedEvent = v.looseObject({
  turn: v.string(),
  step: count,
  fromSeq: count,
  lost: v.optional(v.boolean()),
});

export const ToolEvent = v.looseObject({
  turn: v.string(),
  step: count,
  id: v.string(),
  name: v.string(),
  state: v.picklist(['started', 'done', 'failed']),
  /** In English, as `detail`: a page makes its own line from what follows. */
  title: v.string(),
  detail: v.optional(v.string()),
  /** What the tool does; absent in events of older projects. */
  verb: v.optional(v.string()),
  /** Relative to the workspace; empty for the workspace itself. */
  path: v.optional(v.string()),
  /** Numbers and names of the line; `reason` where the call failed. */
  fields: v.optional(fields),
});

export const FileEvent = v.looseObject({
  turn: v.string(),
  path: v.string(),
  change: v.picklist(['written', 'deleted', 'renamed']),
  bytes: count,
  hash: v.string(),
  from: v.optional(v.string()),
  /** Lines added and removed, where Claude wrote text. */
  added: v.optional(count),
  removed: v.optional(count),
});

/** `revision` increases by one with each change of files that the preview can show. */
export const PreviewEvent = v.looseObject({
  revision: count,
  state: v.picklist(['reload', 'ready', 'error']),
  message: v.optional(v.string()),
  /** True where the app's own dev server hot-updates the running page: no reload is needed. */
  hot: v.optional(v.boolean()),
});

/** The state of the project's container and of the server in it; `server` is null where none is wanted. */
export const SandboxEvent = v.looseObject({
  state: v.picklist(['starting', 'installing', 'running', 'idle']),
  server: v.nullable(
    v.looseObject({ command: v.string(), port: count, state: v.picklist(['starting', 'running', 'failed']) }),
  ),
});

export const RateLimitEvent = v.looseObject({
  status: v.picklist(['allowed', 'allowed_warning', 'rejected', 'unknown']),
  /** UNIX milliseconds. */
  resetsAt: v.nullable(v.number()),
  rateLimitType: v.nullable(v.string()),
  /** A fraction; may exceed 1. */
  utilization: v.nullable(v.number()),
  overageStatus: v.nullable(v.string()),
  overageDisabledReason: v.nullable(v.string()),
  isUsingOverage: v.boolean(),
  surpassedThreshold: v.nullable(v.number()),
  extra: v.record(v.string(), v.string()),
  now,
});

export const ApiRetryEvent = v.looseObject({
  /** Null for a broken connection. */
  httpStatus: v.nullable(v.number()),
  errorType: v.nullable(v.string()),
  attempt: count,
  maxRetries: count,
  /** Milliseconds. */
  retryDelayMs: v.number(),
  now,
});

export const CreditExhaustedEvent = v.looseObject({
  message: v.string(),
  errorType: v.nullable(v.string()),
  httpStatus: v.nullable(v.number()),
  /** UNIX milliseconds. */
  resetsAt: v.nullable(v.number()),
  payer: Payer,
  /** `reason` where `message` is not Claude's own. */
  fields: v.optional(fields),
  now,
});

export const PromptErrorEvent = v.looseObject({
  code: v.string(),
  /** In English: a page makes its own sentence from `code` and `fields`. */
  message: v.string(),
  retryable: v.boolean(),
  /** `reason` where a code stands for several situations, `says` with Claude's own words, and more by the code. */
  fields: v.optional(fields),
});

/** What undo would take back, or redo restore. `version` is null for changes that are in no version yet. */
export const VersionStep = v.looseObject({ label: v.string(), version: v.nullable(count) });
export type VersionStep = Known<v.InferOutput<typeof VersionStep>>;

/** A version as in `VersionEntry`, whose `path`, `isNew` and `of` pass through. The files that it changes have `file` events of their own, before it. */
export const VersionEvent = v.looseObject({
  version: count,
  parent: v.nullable(count),
  label: v.string(),
  /** The first paths. */
  changed: v.array(v.string()),
  /** How many paths more; absent where `changed` has all. */
  more: v.optional(count),
  /** Older versions that have lost their files since the last event of this type. */
  dropped: v.optional(v.array(count)),
  // Absent in events that earlier releases stored.
  kind: v.optional(v.picklist(['turn', 'edit', 'undo', 'redo', 'revert'])),
  stopped: v.optional(v.boolean()),
  createdAt: v.optional(v.number()),
  undo: v.optional(v.nullable(VersionStep)),
  redo: v.optional(v.nullable(VersionStep)),
});

export const UsageEvent = v.looseObject({
  turn: v.string(),
  model: v.string(),
  payer: Payer,
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWriteTokens: count,
  /** Dollars at list price. */
  usd: v.number(),
  /** What the account's credits paid: credits, with six places at the most; 0 where nobody is charged. Absent where somebody else paid. */
  credits: v.optional(
    v.looseObject({
      total: v.number(),
      markupPercent: v.number(),
      split: v.looseObject({ daily: v.number(), subscription: v.number(), pool: v.number(), bonus: v.number() }),
    }),
  ),
  /** Replies of Claude. */
  steps: v.optional(count),
  /** Milliseconds of the whole turn. */
  durationMs: v.optional(count),
  /** Milliseconds until Claude's first token. */
  firstTokenMs: v.optional(count),
  /** Milliseconds of thinking, by step. */
  thinkingMs: v.optional(v.record(v.string(), count)),
});

/** What of the project's settings has changed; the other fields are absent. */
export const SettingsEvent = v.looseObject({
  /** The model of prompts that ask for none. */
  model: v.optional(v.string()),
  previewUrl: v.optional(v.string()),
  /** Hosts that the container may reach. */
  hosts: v.optional(v.array(v.string())),
});

/** Whether the summary that a turn has written stands in place of the conversation before it, in requests to Claude. */
export const FreshStartEvent = v.looseObject({ turn: v.string(), inForce: v.boolean() });

/** The project's title has changed. */
export const TitleEvent = v.looseObject({ title: v.string() });

export const TurnFinishedEvent = v.looseObject({
  turn: v.string(),
  state: TurnState,
  /** Whether the turn counted as a trial turn. */
  counted: v.boolean(),
});

/** Each event type with the schema of its data. */
export const eventSchemas = {
  session: SessionEvent,
  turn_started: TurnStartedEvent,
  text: DeltaEvent,
  thinking: DeltaEvent,
  file_delta: FileDeltaEvent,
  tool_output: ToolOutputEvent,
  step_discarded: StepDiscardedEvent,
  tool: ToolEvent,
  file: FileEvent,
  preview: PreviewEvent,
  sandbox: SandboxEvent,
  rate_limit: RateLimitEvent,
  api_retry: ApiRetryEvent,
  credit_exhausted: CreditExhaustedEvent,
  prompt_error: PromptErrorEvent,
  version: VersionEvent,
  usage: UsageEvent,
  queued: QueuedEvent,
  title: TitleEvent,
  settings: SettingsEvent,
  fresh_start: FreshStartEvent,
  turn_finished: TurnFinishedEvent,
} as const;

export type EventType = keyof typeof eventSchemas;

/** The data of one event type. */
export type EventData<T extends EventType> = Known<v.InferOutput<(typeof eventSchemas)[T]>>;

/** Types of the events that carry a chunk of streamed text. */
const deltaTypes = ['text', 'thinking', 'file_delta', 'tool_output'] as const;
export type DeltaType = (typeof deltaTypes)[number];

const isDeltaType = new Set<string>(deltaTypes);

const timedTypes = new Set<string>(['rate_limit', 'api_retry', 'credit_exhausted', 'queued']);

/** Whether a client counts down by an event: then the log adds `now`. */
export const isTimed = ({ type }: Draft): boolean => timedTypes.has(type);

/** A chunk of streamed text before the log has given it its place. */
export type DeltaDraft = { [T in DeltaType]: { type: T; data: Omit<EventData<T>, 'block' | 'at'> } }[DeltaType];

/** An event that is stored as it is. */
export type PlainDraft = { [T in Exclude<EventType, DeltaType>]: { type: T; data: EventData<T> } }[Exclude<
  EventType,
  DeltaType
>];

/** An event before the log has given it a sequence number or, to streamed text, its place. */
export type Draft = DeltaDraft | PlainDraft;

/** A change of one file. */
export type FileDraft = Extract<PlainDraft, { type: 'file' }>;

/** Whether a draft is streamed text. */
export const isDelta = (draft: Draft): draft is DeltaDraft => isDeltaType.has(draft.type);

/** An event of a session. `seq` increases by one per event and never restarts; null for text in flight. */
export type RedrawEvent = { [T in EventType]: { type: T; data: EventData<T> } }[EventType] & { seq: number | null };

const knownTypes = new Set<string>(Object.keys(eventSchemas));

/**
 * Parses one event from its SSE fields.
 *
 * @param seq null for text in flight
 * @returns the event, or null where the type is unknown or the data is invalid: clients ignore such events.
 */
export function parseEvent(seq: number | null, type: string, data: string): RedrawEvent | null {
  if (!knownTypes.has(type) || (seq === null && !isDeltaType.has(type))) return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = v.safeParse(eventSchemas[type as EventType], json);
  return parsed.success ? ({ seq, type, data: parsed.output } as RedrawEvent) : null;
}
