import type Anthropic from '@anthropic-ai/sdk';
import { imageLoad } from './request-images.ts';
import { elideBlock, foldTurn, isThinking, maxFoldChars } from './shorten-messages.ts';
import { imageTokens, jsonBytes, tokensOfBytes } from './token-estimate.ts';
import type { Compaction, TranscriptMessage } from './transcript-message.ts';

/** What a compacted transcript comes to. */
export interface Size {
  /** Estimated from bytes. */
  tokens: number;
  /** Bytes of the request. */
  bytes: number;
  images: number;
  /** Bytes of the images' files. */
  imageBytes: number;
}

/** Of a block: bytes of text in each of its forms, and its images. */
interface BlockSize {
  whole: number;
  elided: number;
  images: number;
  imageBytes: number;
}

/** JSON around the content of a message. */
const messageBytes = 35;

const bySize = new WeakMap<object, BlockSize>();

/** A block is measured once: blocks never change. */
function blockSize(block: Anthropic.ContentBlockParam): BlockSize {
  const known = bySize.get(block);
  if (known) return known;
  const { images, bytes } = imageLoad(block);
  const whole = block.type === 'image' ? 100 : jsonBytes(block);
  const shortened = elideBlock(block);
  const elided = shortened === block ? whole : jsonBytes(shortened);
  const size = { whole, elided, images, imageBytes: bytes };
  bySize.set(block, size);
  return size;
}

/** Sums up to each index: `sums[to] - sums[from]` is the sum of `from` up to, but not including, `to`. */
class PrefixSums {
  readonly #sums = [0];

  push(value: number): void {
    this.#sums.push((this.#sums.at(-1) ?? 0) + value);
  }

  between(from: number, to: number): number {
    return to <= from ? 0 : (this.#sums[to] ?? 0) - (this.#sums[from] ?? 0);
  }
}

/** Sizes of a transcript under any compaction: each message is measured once, each compaction is a few subtractions. */
export class TranscriptSizes {
  readonly length: number;
  readonly #messages: readonly TranscriptMessage[];
  readonly #whole = new PrefixSums();
  readonly #elided = new PrefixSums();
  readonly #thinking = new PrefixSums();
  readonly #images = new PrefixSums();
  readonly #imageBytes = new PrefixSums();
  #folded: PrefixSums | null = null;

  constructor(messages: readonly TranscriptMessage[]) {
    this.length = messages.length;
    this.#messages = messages;
    for (const { message, isLeftOut } of messages) this.#add(isLeftOut ? null : message);
  }

  /** @param to index of the message at which to stop; default: the end */
  of({ fold, elide, unthink }: Compaction, to = this.length): Size {
    const wholeFrom = Math.max(fold, elide);
    const textBytes =
      this.#foldedBytes(fold) +
      this.#elided.between(fold, Math.min(wholeFrom, to)) +
      this.#whole.between(wholeFrom, to) +
      this.#thinking.between(Math.max(fold, unthink), to);
    const images = this.#images.between(wholeFrom, to);
    const imageBytes = this.#imageBytes.between(wholeFrom, to);
    return {
      tokens: tokensOfBytes(textBytes) + images * imageTokens,
      bytes: textBytes + Math.ceil((imageBytes * 4) / 3),
      images,
      imageBytes,
    };
  }

  #add(message: Anthropic.MessageParam | null): void {
    const total = { whole: 0, elided: 0, thinking: 0, images: 0, imageBytes: 0 };
    if (typeof message?.content === 'string') {
      total.whole = total.elided = jsonBytes(message.content) + messageBytes;
    } else if (message) {
      total.whole = total.elided = messageBytes;
      for (const block of message.content) {
        const size = blockSize(block);
        if (isThinking(block)) total.thinking += size.whole;
        else {
          total.whole += size.whole;
          total.elided += size.elided;
          total.images += size.images;
          total.imageBytes += size.imageBytes;
        }
      }
    }
    this.#whole.push(total.whole);
    this.#elided.push(total.elided);
    this.#thinking.push(total.thinking);
    this.#images.push(total.images);
    this.#imageBytes.push(total.imageBytes);
  }

  /** Bytes of the summary of all turns before an index. */
  #foldedBytes(fold: number): number {
    if (fold === 0) return 0;
    this.#folded ??= this.#foldTurns();
    return 300 + Math.min(this.#folded.between(0, fold), 3 * maxFoldChars);
  }

  #foldTurns(): PrefixSums {
    const sums = new PrefixSums();
    const starts = turnStarts(this.#messages);
    for (const [index, from] of starts.entries()) {
      const to = starts[index + 1] ?? this.length;
      const turn = sentMessages(this.#messages.slice(from, to));
      sums.push(turn.length === 0 ? 0 : jsonBytes(foldTurn(turn)));
      for (let at = from + 1; at < to; at++) sums.push(0);
    }
    return sums;
  }
}

/** Indexes of the first message of each turn. */
export function turnStarts(messages: readonly TranscriptMessage[]): number[] {
  return messages.flatMap(({ turn }, at) => (messages[at - 1]?.turn !== turn ? [at] : []));
}

/** The messages that go to Claude. */
export const sentMessages = (messages: readonly TranscriptMessage[]): Anthropic.MessageParam[] =>
  messages.flatMap(({ message, isLeftOut }) => (isLeftOut ? [] : [message]));
