import type Anthropic from '@anthropic-ai/sdk';
import { isWhiteSpace } from '../claude/python-whitespace.ts';
import { ImageLoader, type ReadImage } from './request-images.ts';
import { ToolUseIds } from './tool-use-ids.ts';
import { type AssistantBlock, assistantBlock, type UserBlock, userBlock } from './valid-blocks.ts';

type Message = Anthropic.MessageParam;

/** Stands where a reply of Claude would have no content. */
export const noAnswer = { type: 'text', text: '(no answer)' } as const satisfies AssistantBlock;
const noPrompt: UserBlock = { type: 'text', text: '(an empty message)' };
const lostBeginning: Message = { role: 'user', content: '(The beginning of this conversation is lost.)' };
const goOn: Message = { role: 'user', content: 'Go on.' };
const notRun = 'The turn ended before this ran.';

/**
 * The only way from a stored transcript to the `messages` of a request: whatever was stored, the result keeps all rules of the Messages
 * API. Pure, and linear in the transcript. What is valid already stays as it is, byte for byte, and a longer transcript begins with the
 * messages of the shorter one, so that prompt caching hits. (`Go on.`, where the last message is not the user's, is none of them.)
 *
 * Consecutive messages of one role count as one, as they do for Claude.
 */
export function validTranscript(messages: readonly Message[], readImage: ReadImage): Message[] {
  const images = new ImageLoader(messages, readImage);
  const builder = new TranscriptBuilder();
  for (const [at, message] of messages.entries()) {
    if (message.role === 'assistant') builder.reply(message, messages[at + 1]?.role === 'assistant');
    else if (message.role === 'user') builder.user(message, images);
  }
  return builder.end();
}

class TranscriptBuilder {
  readonly #valid: Message[] = [];
  readonly #ids = new ToolUseIds();

  reply(message: Message, continues: boolean): void {
    if (this.#valid.at(-1)?.role !== 'assistant') this.#closeResults();
    if (this.#valid.length === 0) this.#valid.push(lostBeginning);
    const { content } = message;
    if (typeof content === 'string') {
      const text = isWhiteSpace(content) ? null : content.toWellFormed();
      this.#push(text === content ? message : { role: 'assistant', content: text ?? [noAnswer] });
    } else {
      const blocks = content.flatMap((block) => this.#named(assistantBlock(block)));
      const last = blocks.at(-1)?.type;
      // A reply must not end with thinking.
      if (last === undefined || (!continues && last !== 'text' && last !== 'tool_use')) blocks.push(noAnswer);
      this.#push(withContent(message, blocks));
    }
  }

  user(message: Message, images: ImageLoader): void {
    const { content } = message;
    if (typeof content === 'string') {
      this.#closeResults();
      const text = isWhiteSpace(content) ? null : content.toWellFormed();
      this.#push(text === content ? message : { role: 'user', content: text ?? [noPrompt] });
      return;
    }
    const blocks = content.map((block) => userBlock(block, images)).filter((block) => block !== null);
    const results = blocks.filter((block) => block.type === 'tool_result').flatMap((block) => this.#answering(block));
    const others: UserBlock[] = blocks.filter((block) => block.type !== 'tool_result');
    if (results.length === 0) {
      if (others.length === 0) {
        if (content.every(isResult)) return;
        others.push(noPrompt);
      }
      this.#closeResults();
    } else if (others.length > 0) results.push(...this.#missingResults());
    this.#push(withContent(message, [...results, ...others]));
  }

  end(): Message[] {
    this.#closeResults();
    if (this.#valid.at(-1)?.role !== 'user') this.#valid.push(goOn);
    return this.#valid;
  }

  #push(message: Message): void {
    this.#valid.push(message);
  }

  #named(block: AssistantBlock | null): AssistantBlock[] {
    if (block?.type !== 'tool_use') return block ? [block] : [];
    const id = this.#ids.call(block.id);
    return [id === block.id ? block : { ...block, id }];
  }

  /** A result with the id of its call; nothing where there is no such call, or it has its result. */
  #answering(block: Anthropic.ToolResultBlockParam): UserBlock[] {
    const id = this.#ids.answer(block.tool_use_id);
    if (id === null) return [];
    return [id === block.tool_use_id ? block : { ...block, tool_use_id: id }];
  }

  #missingResults(): Anthropic.ToolResultBlockParam[] {
    return this.#ids.close().map((id) => ({ type: 'tool_result', tool_use_id: id, content: notRun, is_error: true }));
  }

  /** Answers the calls that have no result: in the message with the other results, or in one of their own. */
  #closeResults(): void {
    const missing = this.#missingResults();
    if (missing.length === 0) return;
    const last = this.#valid.at(-1);
    if (last?.role === 'user' && Array.isArray(last.content))
      this.#valid[this.#valid.length - 1] = { role: 'user', content: [...last.content, ...missing] };
    else this.#push({ role: 'user', content: missing });
  }
}

const isResult = (block: unknown): boolean =>
  typeof block === 'object' && block !== null && 'type' in block && block.type === 'tool_result';

/** The message with this content; the message itself where the content is what it has. */
function withContent(message: Message, blocks: (AssistantBlock | UserBlock)[]): Message {
  const { role, content } = message;
  const isSame =
    Object.keys(message).length === 2 &&
    blocks.length === content.length &&
    blocks.every((block, at) => block === content[at]);
  return isSame ? message : ({ role, content: blocks } as Message);
}
