import { signThinking } from './compose-message.ts';
import { isObject, type Json } from './json.ts';
import { findImageFault } from './validate-images.ts';

/** What Python's `str.strip` removes, in which the API is written: U+001C to U+001F and U+0085 too, and not U+FEFF. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: U+001C to U+001F are among them
const blank = /^[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]*$/;

export const isBlank = (text: string): boolean => blank.test(text);

export const emptyText = 'messages: text content blocks must be non-empty';
export const blankText = 'messages: text content blocks must contain non-whitespace text';

/** The role whose messages may have a block of a type; null: both. */
const roles: Record<string, string | null> = {
  text: null,
  tool_use: 'assistant',
  thinking: 'assistant',
  redacted_thinking: 'assistant',
  tool_result: 'user',
  image: 'user',
  document: 'user',
};

/** The fields of each type of block, beside `type`. */
const fields: Record<string, string[]> = {
  text: ['text', 'citations', 'cache_control'],
  tool_use: ['id', 'name', 'input', 'caller', 'cache_control'],
  thinking: ['thinking', 'signature'],
  redacted_thinking: ['data'],
  tool_result: ['tool_use_id', 'content', 'is_error', 'cache_control'],
  image: ['source', 'cache_control'],
  document: ['source', 'title', 'context', 'citations', 'cache_control'],
};

/** The first fault of a block: from the path of its field on, or from `messages:` on, or null. */
export function findBlockFault(block: Json, role: string): string | null {
  const type = String(block.type);
  const owner = Object.hasOwn(roles, type) ? roles[type] : undefined;
  if (owner === undefined) return unknownType(type);
  if (owner !== null && owner !== role) return `: \`${type}\` blocks can only be in \`${owner}\` messages`;
  const extra = Object.keys(block).find((field) => field !== 'type' && !fields[type]?.includes(field));
  if (extra) return `.${type}.${extra}: Extra inputs are not permitted`;
  switch (type) {
    case 'text':
      return findTextFault(block);
    case 'tool_use':
      return findToolUseFault(block);
    case 'tool_result':
      return findToolResultFault(block);
    case 'image':
      return findImageFault(block);
    case 'thinking':
      if (typeof block.thinking !== 'string') return '.thinking.thinking: Field required';
      if (typeof block.signature !== 'string') return '.thinking.signature: Field required';
      return block.signature === signThinking(block.thinking) ? null : ': Invalid `signature` in `thinking` block';
    case 'redacted_thinking':
      return typeof block.data === 'string' && block.data !== ''
        ? null
        : ': Invalid `data` in `redacted_thinking` block';
    default:
      return null;
  }
}

const unknownType = (type: string) =>
  `: Input tag '${type}' found using 'type' does not match any of the expected tags`;

function findTextFault({ text, cache_control }: Json): string | null {
  if (typeof text !== 'string') return '.text.text: Input should be a valid string';
  if (text === '') return cache_control ? '.text: cache_control cannot be set for empty text blocks' : emptyText;
  return isBlank(text) ? blankText : null;
}

function findToolUseFault({ id, name, input }: Json): string | null {
  if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(id))
    return ".tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'";
  if (typeof name !== 'string' || name === '') return '.tool_use.name: String should have at least 1 character';
  if (name.length > 128) return '.tool_use.name: String should have at most 128 characters';
  if (!/^[a-zA-Z0-9_-]+$/.test(name)) return ".tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'";
  return isObject(input) ? null : '.tool_use.input: Input should be a valid dictionary';
}

function findToolResultFault({ tool_use_id, content, is_error }: Json): string | null {
  if (typeof tool_use_id !== 'string') return '.tool_result.tool_use_id: Field required';
  if (is_error !== undefined && typeof is_error !== 'boolean')
    return '.tool_result.is_error: Input should be a valid boolean';
  const isEmpty = content === undefined || content === '' || (Array.isArray(content) && content.length === 0);
  if (is_error === true && isEmpty) return '.tool_result: content cannot be empty if `is_error` is true';
  if (isEmpty) return null;
  if (typeof content === 'string') return isBlank(content) ? blankText : null;
  if (!Array.isArray(content)) return '.tool_result.content: Input should be a valid list';
  for (const [index, part] of content.entries()) {
    const fault = isObject(part) ? findPartFault(part, is_error === true) : ': Input should be a valid dictionary';
    if (fault) return fault.startsWith('messages:') ? fault : `.tool_result.content.${index}${fault}`;
  }
  return null;
}

function findPartFault(part: Json, isError: boolean): string | null {
  if (part.type !== 'text' && part.type !== 'image') return unknownType(String(part.type));
  if (isError && part.type !== 'text') return ': all content must be type "text" if `is_error` is true';
  return findBlockFault(part, 'user');
}
