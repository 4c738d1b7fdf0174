import type { EventData, RedrawEvent, TurnState } from '../../src/protocol/events.ts';
import type { SessionDetail } from '../../src/protocol/resources.ts';
import type { StreamedText } from './streamed-text.ts';

/** Claude's answer or its thinking. Blocks of one kind that follow each other are one text. */
export interface TextBlock extends StreamedText {
  readonly kind: 'text' | 'thinking';
}

/** A file while Claude writes it. */
export interface FileDraft extends StreamedText {
  readonly path: string;
}

/** A tool's change of one file. Line counts are null if unknown. */
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
  readonly name: string;
  /** In English; `verb`, `path` and `fields` make the page's own line. */
  readonly title: string;
  readonly verb?: string | undefined;
  readonly path?: string | undefined;
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly state: 'started' | 'done' | 'failed';
  readonly detail: string | null;
  readonly draft: FileDraft | null;
  /** Output of a command, with its ANSI escapes. */
  readonly output: StreamedText;
  readonly files: readonly FileChange[];
}

export type Block = TextBlock | ToolBlock;

export interface Step {
  readonly step: number;
  readonly blocks: readonly Block[];
}

export interface Turn {
  readonly id: string;
  readonly prompt: string;
  /** `ask`: a question; `fresh_start`: a summary of the conversation. No version comes of them. */
  readonly mode: string;
  /** Workspace paths of the files attached to the prompt. */
  readonly attachments: readonly string[];
  readonly model: string;
  readonly payer: string;
  readonly state: 'running' | TurnState;
  /** Whether the turn counts as a trial turn; null while it runs. */
  readonly counted: boolean | null;
  readonly steps: readonly Step[];
  /** The retry in progress; null as soon as Claude answers. */
  readonly retry: EventData<'api_retry'> | null;
  readonly exhausted: EventData<'credit_exhausted'> | null;
  readonly error: EventData<'prompt_error'> | null;
  /** File changes since the last tool ended; the next ended tool gets them. */
  readonly pendingChanges: readonly FileChange[];
  /** The version that the turn made. */
  readonly version: number | null;
  readonly changed: readonly string[];
  readonly receipt: EventData<'usage'> | null;
}

/** The newest state of a file. A linked list, newest first: a map would have to be copied with each change. */
export interface FileState {
  readonly path: string;
  /** Null if the file was deleted. */
  readonly hash: string | null;
  readonly previous: FileState | null;
}

/** The changes of one revision of the preview. */
export interface RevisionChange {
  readonly revision: number;
  /** Null if unknown. */
  readonly paths: readonly string[] | null;
  /** Whether the app applies the change to the running page by itself. */
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

/** State of a session on the page: a fold of its event log. */
export interface View {
  /** Sequence number of the newest event in the fold; 0 before the first. */
  readonly seq: number;
  readonly session: EventData<'session'> | null;
  /** All turns but the newest, oldest first. */
  readonly earlier: readonly Turn[];
  /** The newest turn, running or ended. */
  readonly turn: Turn | null;
  /** The newest file change; read the list with {@link filesOf}. */
  readonly files: FileState | null;
  /** Oldest first. */
  readonly versions: readonly EventData<'version'>[];
  readonly preview: PreviewView;
  /** The last event of the project's container; null if none was used. */
  readonly sandbox: EventData<'sandbox'> | null;
  readonly queue: EventData<'queued'>['items'];
  /** Turns whose summaries stand in place of what was said before them, oldest first. */
  readonly freshStarts: readonly string[];
  /** The title after its last change; null before the first. */
  readonly title: string | null;
  /** The last rate limit that Claude reported for the paying account. */
  readonly rateLimit: EventData<'rate_limit'> | null;
  /** An error outside a turn: a queued prompt that was refused when it was due. */
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
  freshStarts: [],
  title: null,
  rateLimit: null,
  refusal: null,
};

export type EventOf<T extends RedrawEvent['type']> = Extract<RedrawEvent, { type: T }>;

/** Hashes of the project's files by path, as far as the log tells. */
export function filesOf({ files }: View): ReadonlyMap<string, string> {
  const known = new Map<string, string | null>();
  for (let file = files; file; file = file.previous) if (!known.has(file.path)) known.set(file.path, file.hash);
  return new Map([...known].flatMap(([path, hash]) => (hash === null ? [] : [[path, hash]])));
}

/** Whether the project has a file at a path: by its log, else by its detail, which is older. */
export function hasFile(path: string, view: View, detail: Pick<SessionDetail, 'files'> | null): boolean {
  for (let file = view.files; file; file = file.previous) if (file.path === path) return file.hash !== null;
  return detail?.files.some((file) => file.path === path) ?? false;
}
