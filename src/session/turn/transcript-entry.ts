import type Anthropic from '@anthropic-ai/sdk';
import * as v from 'valibot';
import type { NoteReason } from '../../agent/turn-interfaces.ts';
import type { ModelReply } from '../../claude/model-reply.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';

/** Content of a transcript row, by its kind. */
export interface EntryContents {
  prompt: { blocks: (Anthropic.TextBlockParam | Anthropic.ImageBlockParam)[]; text: string; mode?: string };
  reply: Pick<ModelReply, 'content' | 'stopReason'>;
  result: { block: Anthropic.ToolResultBlockParam };
  note: { reason: NoteReason; text: string };
  /** What stands in requests in place of all that is before it, its own turn included: see `Transcript.summary`. */
  summary: { text: string };
}

export type EntryKind = keyof EntryContents;

/** One row of the transcript. */
export type TranscriptEntry = {
  [K in EntryKind]: { id: number; turn: string; step: number; kind: K; content: EntryContents[K] };
}[EntryKind];

/** A row as it is stored; `json` is null where its content is gone. */
export interface StoredEntry {
  id: number;
  turn: string;
  step: number;
  kind: string;
  json: string | null;
}

const Block = v.looseObject({ type: v.string() });
const BlockList = v.array(Block);
const Result = v.looseObject({
  type: v.literal('tool_result'),
  tool_use_id: v.string(),
  content: v.optional(v.union([v.string(), BlockList])),
});

/** Checks only: a block stays the object that was stored, with its keys in their order. */
const blocks = v.pipe(
  v.array(v.unknown()),
  v.transform((list) => list.filter((block) => v.is(Block, block))),
);

/**
 * The fields that the code reads; `validTranscript` looks at everything else. What is missing or of another type gives way to nothing, so
 * that one broken row never costs more than itself.
 */
const schemas = {
  prompt: v.object({ blocks: v.fallback(blocks, []), text: v.fallback(v.string(), ''), mode: v.optional(v.string()) }),
  reply: v.object({ content: v.fallback(blocks, []), stopReason: v.fallback(v.nullable(v.string()), null) }),
  result: v.object({ block: v.custom((block) => v.is(Result, block)) }),
  note: v.object({ reason: v.string(), text: v.string() }),
  summary: v.object({ text: v.string() }),
} as const;

/** What stands for a row that cannot be read: a prompt holds its turn together, the others are left out. */
const unreadable = { prompt: { blocks: [], text: '' }, reply: null, result: null, note: null, summary: null } as const;

/** Reads one row. @returns null where it has to be left out */
export function readEntry({ json, kind, ...place }: StoredEntry): TranscriptEntry | null {
  if (!Object.hasOwn(schemas, kind)) return null;
  const known = kind as EntryKind;
  const schema: v.GenericSchema<unknown, object> = schemas[known];
  const content = parseStoredOr(schema, json, unreadable[known]);
  return content === null ? null : ({ ...place, kind: known, content } as TranscriptEntry);
}
