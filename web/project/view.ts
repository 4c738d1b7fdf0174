import type { EventData, RedrawEvent, TurnState } from '../../src/protocol/events.ts';

/** Where a delta begins in its text, so that a step that is taken back can be cut off exactly. Newest first. */
export interface Mark {
  readonly seq: number;
  readonly at: number;
  readonly before: Mark | null;
}

/** A text that grows. `marks` is null once it is final. */
export interface Growing {
  readonly text: string;
  readonly marks: Mark | null;
}

/** Claude's answer or its thinking. */
export interface TextBlock extends Growing {
  readonly kind: 'text' | 'thinking';
  /** Sequence number of its first event; 0 once the turn has ended. */
  readonly at: number;
}

/** A file while Claude writes it. */
export interface FileDraft extends Growing {
  readonly path: string;
}

/** What a tool did to one file. Lines are null where they are not known. */
export interface FileChange {
  readonly path: string;
  readonly change: 'written' | 'deleted' | 'renamed';
  readonly bytes: number;
  readonly added: number | null;
  readonly removed: number | null;
}

export interface ToolBlock {
  readonly kind: 'tool';
  readonly id: string;
  /** Empty as long as only a draft of its file has been seen. */
  readonly name: string;
  readonly title: string;
  readonly state: 'writing' | 'started' | 'done' | 'failed';
  readonly detail: string | null;
  readonly draft: FileDraft | null;
  /** What a command has printed, with its colours. */
  readonly output: string;
  /** What it did to files. */
  readonly files: readonly FileChange[];
  readonly at: number;
}

export type Block = TextBlock | ToolBlock;

export interface Step {
  readonly step: number;
  readonly blocks: readonly Block[];
}

export interface Turn {
  readonly id: string;
  readonly prompt: string;
  /** Paths of the files that went with the prompt. */
  readonly attachments: readonly string[];
  readonly model: string;
  readonly payer: string;
  readonly state: 'running' | TurnState;
  /** Whether a trial turn was used up; null while it runs. */
  readonly counted: boolean | null;
  readonly steps: readonly Step[];
  /** The request that is being tried again; null as soon as Claude speaks. */
  readonly retry: EventData<'api_retry'> | null;
  readonly exhausted: EventData<'credit_exhausted'> | null;
  readonly error: EventData<'prompt_error'> | null;
  /** Changes of files whose tool has not ended yet. */
  readonly loose: readonly FileChange[];
  /** The version that came of it. */
  readonly version: number | null;
  readonly changed: readonly string[];
  readonly receipt: EventData<'usage'> | null;
}

/** What became of a file, before what became of others: a map would have to be copied with each change. */
export interface FileNote {
  readonly path: string;
  /** Null: it is gone. */
  readonly hash: string | null;
  readonly before: FileNote | null;
}

/** Which paths changed with a revision; null where that is not known. */
export interface RevisionChange {
  readonly revision: number;
  readonly paths: readonly string[] | null;
  /** True where the app brings the change into the running page by itself. */
  readonly hot: boolean;
}

export interface PreviewView {
  readonly revision: number;
  readonly state: 'reload' | 'ready' | 'error';
  readonly message: string | null;
  /** The newest revisions, oldest first. */
  readonly changes: readonly RevisionChange[];
  /** Paths changed since the newest revision. */
  readonly pending: readonly string[];
}

/** What a visitor sees of a session: a fold of its event log. */
export interface View {
  /** The newest event that was folded in; 0 before the first. */
  readonly seq: number;
  readonly session: EventData<'session'> | null;
  /** All turns but the newest, oldest first. */
  readonly earlier: readonly Turn[];
  /** The newest turn, running or ended. */
  readonly turn: Turn | null;
  /** The newest change of a file; see {@link filesOf}. */
  readonly files: FileNote | null;
  /** Oldest first. */
  readonly versions: readonly EventData<'version'>[];
  readonly preview: PreviewView;
  /** What the project's container did last; null where none was used. */
  readonly sandbox: EventData<'sandbox'> | null;
  readonly queue: EventData<'queued'>['items'];
  /** The title as it was last changed; null before that. */
  readonly title: string | null;
  /** The account's limits, as Claude last told them. */
  readonly rateLimit: EventData<'rate_limit'> | null;
  /** A failure that belongs to no turn: a queued prompt that was refused when its time came. */
  readonly refusal: EventData<'prompt_error'> | null;
}

export const emptyView: View = {
  seq: 0,
  session: null,
  earlier: [],
  turn: null,
  files: null,
  versions: [],
  preview: { revision: 0, state: 'ready', message: null, changes: [], pending: [] },
  sandbox: null,
  queue: [],
  title: null,
  rateLimit: null,
  refusal: null,
};

export type EventOf<T extends RedrawEvent['type']> = Extract<RedrawEvent, { type: T }>;

/** The project's files by path with their hashes, as far as its log tells. */
export function filesOf({ files }: View): ReadonlyMap<string, string> {
  const known = new Map<string, string | null>();
  for (let note = files; note; note = note.before) if (!known.has(note.path)) known.set(note.path, note.hash);
  return new Map([...known].flatMap(([path, hash]) => (hash === null ? [] : [[path, hash]])));
}
