import type Anthropic from '@anthropic-ai/sdk';
import { isWhiteSpace } from '../claude/python-whitespace.ts';
import { validToolName } from '../claude/tool-identity.ts';
import { wellFormedJson } from '../protocol/well-formed-json.ts';
import type { ImageLoader } from './request-images.ts';

/**
 * What the Messages API demands of a single block. Each function returns the block itself where it is valid, a repaired one, or null
 * where it has to be left out.
 */

export type AssistantBlock =
  | Anthropic.TextBlockParam
  | Anthropic.ThinkingBlockParam
  | Anthropic.RedactedThinkingBlockParam
  | Anthropic.ToolUseBlockParam;
export type UserBlock = Anthropic.TextBlockParam | Anthropic.ImageBlockParam | Anthropic.ToolResultBlockParam;

/** A block as it was stored: nothing of it is certain. */
type Stored = Record<string, unknown>;

const isObject = (value: unknown): value is Stored =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The block with these fields, which are all that it may have; the stored block itself where they are what it has. */
function withFields<T extends object>(block: Stored, fields: T): T {
  const entries = Object.entries(fields);
  const isSame =
    Object.keys(block).length === entries.length && entries.every(([key, value]) => Object.is(block[key], value));
  return isSame ? (block as T) : fields;
}

function textBlock(block: Stored): Anthropic.TextBlockParam | null {
  if (typeof block.text !== 'string' || isWhiteSpace(block.text)) return null;
  return withFields(block, { type: 'text' as const, text: block.text.toWellFormed() });
}

/** A block of a reply. The id of a tool call is not looked at: see `ToolUseIds`. */
export function assistantBlock(block: unknown): AssistantBlock | null {
  if (!isObject(block)) return null;
  switch (block.type) {
    case 'text':
      return textBlock(block);
    // Signed thinking goes back as it came, or not at all.
    case 'thinking': {
      const { thinking, signature } = block;
      if (typeof thinking !== 'string' || !thinking.isWellFormed()) return null;
      if (typeof signature !== 'string' || signature === '' || !signature.isWellFormed()) return null;
      return withFields(block, { type: 'thinking' as const, thinking, signature });
    }
    case 'redacted_thinking': {
      const { data } = block;
      if (typeof data !== 'string' || data === '' || !data.isWellFormed()) return null;
      return withFields(block, { type: 'redacted_thinking' as const, data });
    }
    case 'tool_use': {
      const { id, name, input } = block;
      return withFields(block, {
        type: 'tool_use' as const,
        id: typeof id === 'string' ? id : '',
        name: validToolName(name),
        input: isObject(input) ? wellFormedJson(input) : {},
      });
    }
    default:
      return null;
  }
}

/** A block of a user message. Whether a tool result belongs to a call is not looked at. */
export function userBlock(block: unknown, images: ImageLoader): UserBlock | null {
  if (!isObject(block)) return null;
  if (block.type === 'text') return textBlock(block);
  if (block.type === 'image') return images.load(block);
  return block.type === 'tool_result' ? toolResult(block, images) : null;
}

function toolResult(block: Stored, images: ImageLoader): Anthropic.ToolResultBlockParam {
  const isError = block.is_error === true;
  const content = resultContent(block.content, isError, images);
  const fields: Anthropic.ToolResultBlockParam = {
    type: 'tool_result',
    tool_use_id: String(block.tool_use_id),
    ...(content === undefined ? {} : { content }),
    ...(typeof block.is_error === 'boolean' ? { is_error: block.is_error } : {}),
  };
  return withFields(block, fields);
}

type ResultPart = Anthropic.TextBlockParam | Anthropic.ImageBlockParam;

function resultContent(content: unknown, isError: boolean, images: ImageLoader): string | ResultPart[] | undefined {
  const nothing = isError ? '(no message)' : undefined;
  if (typeof content === 'string') {
    if (content === '') return nothing ?? '';
    return isWhiteSpace(content) ? '(white space)' : content.toWellFormed();
  }
  if (!Array.isArray(content)) return nothing;
  const stored: unknown[] = content;
  const parts = stored.flatMap((part): ResultPart[] => {
    if (!isObject(part)) return [];
    if (part.type === 'text') return [textBlock(part)].filter((text) => text !== null);
    // An error may have text only.
    return part.type === 'image' && !isError ? [images.load(part)] : [];
  });
  if (parts.length === 0) return nothing ?? (stored.length === 0 ? (stored as []) : '(white space)');
  return parts.length === stored.length && parts.every((part, at) => part === stored[at])
    ? (stored as ResultPart[])
    : parts;
}
