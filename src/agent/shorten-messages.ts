import type Anthropic from '@anthropic-ai/sdk';

/** How compaction shortens single messages, and turns as a whole. Pure: the same messages give the same bytes. */

/** Characters up to which a tool's input or result stays whole. */
const maxIntactChars = 300;
/** Characters of a prompt or a closing text in a summarised turn. */
const maxFoldedChars = 600;
/** Characters of all summarised turns together: the oldest are left out. */
export const maxFoldChars = 40_000;

/** Leaves out long texts and images (`elide`), or thinking (`unthink`). */
export function shorten(message: Anthropic.MessageParam, elide: boolean, unthink: boolean): Anthropic.MessageParam {
  if (message.role === 'system' || typeof message.content === 'string') return message;
  const content = message.content
    .filter((block) => !unthink || !isThinking(block))
    .map((block) => (elide ? elideBlock(block) : block));
  // A reply of thinking alone still needs a block.
  if (content.length === 0 && message.content.length > 0) content.push({ type: 'text', text: '(thought)' });
  return { role: message.role, content };
}

export const isThinking = ({ type }: Anthropic.ContentBlockParam): boolean =>
  type === 'thinking' || type === 'redacted_thinking';

export function elideBlock(block: Anthropic.ContentBlockParam): Anthropic.ContentBlockParam {
  if (block.type === 'tool_use') return { ...block, input: elideInput(block.input) };
  if (block.type === 'image') return { type: 'text', text: '[image left out; the file is in the workspace]' };
  if (block.type !== 'tool_result' || block.content === undefined) return block;
  const { content } = block;
  if (typeof content === 'string') return { ...block, content: stub(content) };
  const text = content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
  return text.length > maxIntactChars || content.some((part) => part.type !== 'text')
    ? { ...block, content: stub(text) }
    : block;
}

/** Nested values are left out as their JSON: an input may hold its text at any depth. */
function elideInput(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]: [string, unknown]) => {
      if (typeof value === 'string') return [key, stub(value)];
      const json = JSON.stringify(value) ?? '';
      return [key, json.length > maxIntactChars ? stub(json) : value];
    }),
  );
}

const stub = (text: string): string =>
  text.length > maxIntactChars ? `${withoutHalf(text.slice(0, 80))}… [${text.length} characters left out]` : text;

/** One turn in two lines: what was asked, and Claude's closing text. */
export function foldTurn(turn: readonly Anthropic.MessageParam[]): string {
  const prompt = turn.find((message) => message.role === 'user');
  const closing = turn.findLast((message) => message.role === 'assistant' && textOf(message) !== '');
  const answer = closing ? `\n  You: ${oneLine(textOf(closing))}` : '';
  return `- Person: ${prompt ? oneLine(textOf(prompt)) : ''}${answer}`;
}

/** Turns that were folded, as one user and one assistant message. @param turns as `foldTurn` gives them, oldest first */
export function foldedMessages(turns: readonly string[]): Anthropic.MessageParam[] {
  let chars = 0;
  const from = turns.findLastIndex((turn) => {
    chars += turn.length;
    return chars > maxFoldChars;
  });
  const lines = from < 0 ? turns : [`- (${from + 1} earlier prompts are left out)`, ...turns.slice(from + 1)];
  return [
    {
      role: 'user',
      content: `The conversation so far, shortened. The files are as they stand in the workspace now; view them before you change them.\n\n${lines.join('\n')}`,
    },
    { role: 'assistant', content: 'Understood. I will look at the files again before I change them.' },
  ];
}

function textOf({ content }: Anthropic.MessageParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxFoldedChars ? `${withoutHalf(line.slice(0, maxFoldedChars))}…` : line;
}

/**
 * Removes half a surrogate pair at the end, where a text was cut. `takeStart` would cut elsewhere: texts that were shortened before have
 * to keep their bytes, so that prompt caching hits.
 */
const withoutHalf = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
