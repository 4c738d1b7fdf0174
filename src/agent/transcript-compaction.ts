import type Anthropic from '@anthropic-ai/sdk';
import { messageTokens } from './build-request.ts';
import { imageBytes, maxRequestBytes } from './request-images.ts';

/** A message of the transcript with its turn. */
export interface TranscriptMessage {
  turn: string;
  message: Anthropic.MessageParam;
}

/**
 * How far a transcript is compacted, as indexes of messages. They only ever move forward; the same indexes applied to the same messages
 * give the same bytes. Sessions store this object as JSON: its keys are fixed.
 */
export interface Compaction {
  /** Turns before this message are summarised: one line for the prompt, one for Claude's closing text. */
  fold: number;
  /** Before this message, images and long tool inputs and results are replaced by a stub. */
  elide: number;
  /**
   * Before this message, thinking blocks are omitted: they are bound to their conversation, and invalid once anything before them has
   * changed.
   */
  unthink: number;
}

export const noCompaction: Compaction = { fold: 0, elide: 0, unthink: 0 };

/** Fractions of the window: when to compact, and how far. Far apart, so that compaction is rare and caching hits in between. */
const startShare = 0.6;
const targetShare = 0.3;

/** Characters up to which a tool's input or result stays whole. */
const maxIntactChars = 300;
/** Characters of a prompt or a closing text in a summarised turn. */
const maxFoldedChars = 600;

/** Newest messages, never compacted: the model's working context. */
const recentMessages = 6;

/**
 * Decides how far to compact: first the long texts and images of old turns, then old turns as a whole, and only where the newest turn
 * alone is too large, its own long texts.
 *
 * @param window tokens, the `workingWindow` of the model
 * @returns `current` itself, while there is room
 */
export function planCompaction(
  messages: readonly TranscriptMessage[],
  window: number,
  current: Compaction,
): Compaction {
  const fits = (compaction: Compaction, share: number): boolean => {
    const sent = applyCompaction(messages, compaction);
    return messageTokens(sent) <= window * share && imageBytes(sent) <= maxRequestBytes * (share / startShare);
  };
  if (fits(current, startShare)) return current;
  const starts = turnStarts(messages);
  const newest = starts.at(-1) ?? 0;
  const forward = (next: Compaction): Compaction => ({ ...next, unthink: messages.length });

  let best = current;
  for (const elide of starts) {
    if (elide <= current.elide || elide > newest) continue;
    best = forward({ ...current, elide });
    if (fits(best, targetShare)) return best;
  }
  for (const fold of starts) {
    if (fold <= current.fold || fold > newest) continue;
    best = forward({ ...best, fold });
    if (fits(best, targetShare)) return best;
  }
  if (fits(best, startShare)) return best;
  for (let elide = newest + 1; elide <= messages.length - recentMessages; elide++) {
    if (elide <= current.elide) continue;
    best = forward({ ...best, elide });
    if (fits(best, targetShare)) return best;
  }
  return best;
}

/** The same compaction, with the thinking blocks of the first `messages` messages omitted. */
export function withoutThinking(compaction: Compaction, messages: number): Compaction {
  return { ...compaction, unthink: Math.max(compaction.unthink, messages) };
}

/** The compacted messages for Claude. The transcript itself is not changed. */
export function applyCompaction(
  messages: readonly TranscriptMessage[],
  compaction: Compaction,
): Anthropic.MessageParam[] {
  const rest = messages.slice(compaction.fold).map(({ message }, index): Anthropic.MessageParam => {
    const at = index + compaction.fold;
    if (at >= compaction.elide && at >= compaction.unthink) return message;
    return shorten(message, at < compaction.elide, at < compaction.unthink);
  });
  return compaction.fold === 0 ? rest : [...foldTurns(messages.slice(0, compaction.fold)), ...rest];
}

/** Indexes of the first message of each turn. */
function turnStarts(messages: readonly TranscriptMessage[]): number[] {
  return messages.flatMap(({ turn }, at) => (at === 0 || messages[at - 1]?.turn !== turn ? [at] : []));
}

/** Summarises turns as one user and one assistant message. */
function foldTurns(messages: readonly TranscriptMessage[]): Anthropic.MessageParam[] {
  const starts = turnStarts(messages);
  const lines = starts.map((from, index) => {
    const turn = messages.slice(from, starts[index + 1]).map(({ message }) => message);
    const prompt = turn.find((message) => message.role === 'user');
    const closing = turn.findLast((message) => message.role === 'assistant' && textOf(message) !== '');
    const answer = closing ? `\n  You: ${oneLine(textOf(closing))}` : '';
    return `- Person: ${prompt ? oneLine(textOf(prompt)) : ''}${answer}`;
  });
  return [
    {
      role: 'user',
      content: `The conversation so far, shortened. The files are as they stand in the workspace now; view them before you change them.\n\n${lines.join('\n')}`,
    },
    { role: 'assistant', content: 'Understood. I will look at the files again before I change them.' },
  ];
}

function shorten(message: Anthropic.MessageParam, elide: boolean, unthink: boolean): Anthropic.MessageParam {
  if (message.role === 'system' || typeof message.content === 'string') return message;
  const content = message.content
    .filter((block) => !unthink || (block.type !== 'thinking' && block.type !== 'redacted_thinking'))
    .map((block) => (elide ? elideBlock(block) : block));
  // A reply of thinking alone still needs a block.
  if (content.length === 0) content.push({ type: 'text', text: '(thought)' });
  return { role: message.role, content };
}

function elideBlock(block: Anthropic.ContentBlockParam): Anthropic.ContentBlockParam {
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

function elideInput(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(
    Object.entries(input).map(([key, value]) => [key, typeof value === 'string' ? stub(value) : value]),
  );
}

const stub = (text: string): string =>
  text.length > maxIntactChars ? `${wellFormed(text.slice(0, 80))}… [${text.length} characters left out]` : text;

function textOf({ content }: Anthropic.MessageParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > maxFoldedChars ? `${wellFormed(line.slice(0, maxFoldedChars))}…` : line;
}

/** Removes half a surrogate pair at the end, which the API would refuse. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
