import * as v from 'valibot';

/**
 * The events of a session, as they stand in its log and travel as SSE.
 *
 * `id` on the wire is the session's sequence number, `event` the type, `data` one line of JSON.
 * Schemas are loose: fields that a client does not know ride along and are to be ignored.
 */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Who pays for a turn. An open set: clients show what they do not know as it stands. */
export const Payer = v.pipe(v.string(), v.nonEmpty());
export type Payer = 'trial' | 'connection' | 'hosted' | 'credits' | (string & {});

export const Trial = v.object({ used: count, limit: count });
export type Trial = v.InferOutput<typeof Trial>;

export const TurnState = v.picklist(['completed', 'stopped', 'failed', 'exhausted']);
export type TurnState = v.InferOutput<typeof TurnState>;

/** Where a turn stands for the visitor: the first event of its stream. */
export const SessionEvent = v.looseObject({
  session: v.string(),
  previewUrl: v.string(),
  model: v.string(),
  payer: Payer,
  trial: v.nullable(Trial),
});

export const TurnStartedEvent = v.looseObject({
  turn: v.string(),
  prompt: v.string(),
  model: v.string(),
  payer: Payer,
  /** Paths of the files that go with the prompt; absent where there are none. */
  attachments: v.optional(v.array(v.string())),
});

/** A piece of Claude's answer, or of its thinking. */
export const DeltaEvent = v.looseObject({ turn: v.string(), step: count, delta: v.string() });

/** A piece of a file while Claude is still writing it. `id` is that of the tool call. */
export const FileDeltaEvent = v.looseObject({
  turn: v.string(),
  step: count,
  id: v.string(),
  path: v.string(),
  delta: v.string(),
});

/** A piece of what a command prints while it runs, with its colours (ANSI). `id` is that of the tool call. */
export const ToolOutputEvent = v.looseObject({ turn: v.string(), step: count, id: v.string(), delta: v.string() });

/** That step is asked again: its drafts from `fromSeq` on are void. */
export const StepDiscardedEvent = v.looseObject({ turn: v.string(), step: count, fromSeq: count });

export const ToolEvent = v.looseObject({
  turn: v.string(),
  step: count,
  id: v.string(),
  name: v.string(),
  state: v.picklist(['started', 'done', 'failed']),
  title: v.string(),
  detail: v.optional(v.string()),
});

export const FileEvent = v.looseObject({
  turn: v.string(),
  path: v.string(),
  change: v.picklist(['written', 'deleted', 'renamed']),
  bytes: count,
  hash: v.string(),
  from: v.optional(v.string()),
  /** Lines that came and went, where Claude wrote a text. */
  added: v.optional(count),
  removed: v.optional(count),
});

/** `revision` rises by one with every change of the files that the preview can see. */
export const PreviewEvent = v.looseObject({
  revision: count,
  state: v.picklist(['reload', 'ready', 'error']),
  message: v.optional(v.string()),
  /** True where the app's own dev server brings the change into the running page: it need not be loaded again. */
  hot: v.optional(v.boolean()),
});

/** What the project's container is doing, and the server that it runs; null where none is wanted. */
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
});

export const ApiRetryEvent = v.looseObject({
  /** Null for a broken connection. */
  httpStatus: v.nullable(v.number()),
  errorType: v.nullable(v.string()),
  attempt: count,
  maxRetries: count,
  /** Milliseconds. */
  retryDelayMs: v.number(),
});

export const CreditExhaustedEvent = v.looseObject({
  message: v.string(),
  errorType: v.nullable(v.string()),
  httpStatus: v.nullable(v.number()),
  /** UNIX milliseconds. */
  resetsAt: v.nullable(v.number()),
  payer: Payer,
});

export const PromptErrorEvent = v.looseObject({
  code: v.string(),
  message: v.string(),
  retryable: v.boolean(),
});

export const VersionEvent = v.looseObject({
  version: count,
  parent: v.nullable(count),
  label: v.string(),
  changed: v.array(v.string()),
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
  /** Replies of Claude. */
  steps: v.optional(count),
  /** Milliseconds of the whole turn. */
  durationMs: v.optional(count),
  /** Milliseconds until Claude said its first word. */
  firstTokenMs: v.optional(count),
  /** Milliseconds of thinking, by step. */
  thinkingMs: v.optional(v.record(v.string(), count)),
});

export const QueuedEvent = v.looseObject({
  items: v.array(
    v.looseObject({
      id: v.string(),
      prompt: v.string(),
      /** Paths of the files that go with the prompt; absent where there are none. */
      attachments: v.optional(v.array(v.string())),
      /** UNIX milliseconds before which it does not start; absent where it starts as soon as it is its turn. */
      notBefore: v.optional(v.number()),
    }),
  ),
});

/** The project's title has changed. */
export const TitleEvent = v.looseObject({ title: v.string() });

export const TurnFinishedEvent = v.looseObject({
  turn: v.string(),
  state: TurnState,
  /** Whether a trial turn was used up. */
  counted: v.boolean(),
});

/** Every event type with the schema of its data. */
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
  turn_finished: TurnFinishedEvent,
} as const;

export type EventType = keyof typeof eventSchemas;

type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

/** The data of one event type. */
export type EventData<T extends EventType> = Known<v.InferOutput<(typeof eventSchemas)[T]>>;

/** An event before it has its place in the log. */
export type Draft = { [T in EventType]: { type: T; data: EventData<T> } }[EventType];

/** An event of a session's log. `seq` rises by one for the life of the session. */
export type RedrawEvent = Draft & { seq: number };

const known = new Set<string>(Object.keys(eventSchemas));

/**
 * Reads one event from its wire parts.
 *
 * @returns the event, or null where the type is unknown or the data does not fit: clients ignore such events.
 */
export function parseEvent(seq: number, type: string, data: string): RedrawEvent | null {
  if (!known.has(type)) return null;
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch {
    return null;
  }
  const parsed = v.safeParse(eventSchemas[type as EventType], json);
  return parsed.success ? ({ seq, type, data: parsed.output } as RedrawEvent) : null;
}
