import type Anthropic from '@anthropic-ai/sdk';
import { messageTokens } from './build-request.ts';
import { imageBytes, maxRequestBytes } from './request-images.ts';

/** A message of the transcript with the turn that it belongs to. */
export interface TranscriptMessage {
  turn: string;
  message: Anthropic.MessageParam;
}

/**
 * Where a transcript is cut, in messages from its beginning. It only ever moves forward; applied to the same messages it gives the same
 * bytes.
 */
export interface Compaction {
  /** Before this message turns are folded into one line each way: what was asked and what Claude said at the end. */
  fold: number;
  /** Before this message images and long inputs and results of tools are replaced by a stub. */
  elide: number;
  /**
   * Before this message thinking blocks are left out. They are bound to the conversation that they were written in, so they have to go
   * whenever something before them has changed.
   */
  unthink: number;
}

export const noCompaction: Compaction = { fold: 0, elide: 0, unthink: 0 };

/** Shares of the window: when to compact, and how far. Far apart, so that the cut moves rarely and caching hits in between. */
const startAt = 0.6;
const goTo = 0.3;

/** Characters of a tool's input or result that stay whole. */
const shortText = 300;
/** Characters of a prompt or a closing sentence in a folded turn. */
const foldedText = 600;

/** Messages at the end that stay whole in any case: what Claude is at. */
const atHand = 6;

/**
 * Decides where to cut: first the long texts and the images of old turns go, then old turns themselves, and only where the newest turn alone is too
 * much, its own long texts.
 *
 * @param window tokens, the `workingWindow` of the model
 * @returns the cut as it was, while there is room
 */
export function planCompaction(messages: readonly TranscriptMessage[], window: number, cut: Compaction): Compaction {
  const fits = (at: Compaction, share: number): boolean => {
    const sent = applyCompaction(messages, at);
    return messageTokens(sent) <= window * share && imageBytes(sent) <= maxRequestBytes * (share / startAt);
  };
  if (fits(cut, startAt)) return cut;
  const starts = turnStarts(messages);
  const newest = starts.at(-1) ?? 0;
  const forward = (next: Compaction): Compaction => ({ ...next, unthink: messages.length });

  let best = cut;
  for (const elide of starts) {
    if (elide <= cut.elide || elide > newest) continue;
    best = forward({ ...cut, elide });
    if (fits(best, goTo)) return best;
  }
  for (const fold of starts) {
    if (fold <= cut.fold || fold > newest) continue;
    best = forward({ ...best, fold });
    if (fits(best, goTo)) return best;
  }
  if (fits(best, startAt)) return best;
  for (let elide = newest + 1; elide <= messages.length - atHand; elide++) {
    if (elide <= cut.elide) continue;
    best = forward({ ...best, elide });
    if (fits(best, goTo)) return best;
  }
  return best;
}

/** The same cut, with all thinking blocks left out that stand in the transcript now. */
export function withoutThinking(cut: Compaction, messages: number): Compaction {
  return { ...cut, unthink: Math.max(cut.unthink, messages) };
}

/** What Claude gets of the transcript. The messages themselves are not changed. */
export function applyCompaction(messages: readonly TranscriptMessage[], cut: Compaction): Anthropic.MessageParam[] {
  const rest = messages.slice(cut.fold).map(({ message }, index): Anthropic.MessageParam => {
    const at = index + cut.fold;
    if (at >= cut.elide && at >= cut.unthink) return message;
    return shorten(message, at < cut.elide, at < cut.unthink);
  });
  return cut.fold === 0 ? rest : [...foldTurns(messages.slice(0, cut.fold)), ...rest];
}

/** Indexes of the first message of each turn. */
function turnStarts(messages: readonly TranscriptMessage[]): number[] {
  return messages.flatMap(({ turn }, at) => (at === 0 || messages[at - 1]?.turn !== turn ? [at] : []));
}

/** One user and one assistant message in place of many turns. */
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
  // A reply that was nothing but thinking still needs a block.
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
  return text.length > shortText || content.some((part) => part.type !== 'text')
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
  text.length > shortText ? `${wellFormed(text.slice(0, 80))}… [${text.length} characters left out]` : text;

function textOf({ content }: Anthropic.MessageParam): string {
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

function oneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > foldedText ? `${wellFormed(line.slice(0, foldedText))}…` : line;
}

/** Without half a surrogate pair at its end, which the API would refuse. */
const wellFormed = (text: string): string => text.replace(/[\ud800-\udbff]$/, '');
