import { ansiEscapes, applyCarriageReturns } from '../../protocol/ansi.ts';
import { takeEnd, takeStart } from '../../protocol/truncate-text.ts';

/** Characters of a command's output that Claude gets: from the beginning and from the end. */
const headChars = 8_000;
const tailChars = 16_000;

/** Characters kept ahead of the tail, so that its beginning can be cut between graphemes. */
const spareChars = 64;

/** Characters that the page gets while a command runs; of longer output it gets the tail once the command has ended. */
const liveChars = 48_000;
const liveTailChars = 16_000;

/** Output of one command, streamed to the page and collected for Claude; both leave out the middle of long output. */
export class CommandOutput {
  readonly #emitLive: (output: string) => void;
  readonly #decoder = new TextDecoder();
  #head = '';
  #headIsFull = false;
  #tail = '';
  #length = 0;
  #liveLength = 0;
  #liveIsFull = false;

  constructor(emitLive: (output: string) => void) {
    this.#emitLive = emitLive;
  }

  push(bytes: Uint8Array): void {
    this.#add(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends the output. @returns the text for Claude, without escape sequences */
  end(): string {
    this.#add(this.#decoder.decode());
    if (this.#liveLength < this.#length) {
      const rest = takeEnd(this.#head + this.#tail, Math.min(liveTailChars, this.#length - this.#liveLength));
      this.#emitLive(`\n… ${this.#length - this.#liveLength - rest.length} characters are left out here …\n${rest}`);
    }
    const tail = takeEnd(this.#tail, tailChars);
    const left = this.#length - this.#head.length - tail.length;
    const middle = left > 0 ? `\n… ${left} characters are left out here …\n` : '';
    return plainText(this.#head + middle + tail);
  }

  #add(text: string): void {
    if (text === '') return;
    this.#length += text.length;
    if (!this.#liveIsFull) {
      const live = takeStart(text, liveChars - this.#liveLength);
      this.#liveIsFull = live.length < text.length;
      this.#liveLength += live.length;
      if (live !== '') this.#emitLive(live);
    }
    const toHead = this.#headIsFull ? '' : takeStart(text, headChars - this.#head.length);
    this.#headIsFull ||= toHead.length < text.length;
    this.#head += toHead;
    this.#tail += text.slice(toHead.length);
    // Rarely: a command may print single characters, and each cut copies the tail.
    if (this.#tail.length > 2 * tailChars) this.#tail = this.#tail.slice(-tailChars - spareChars);
  }
}

/** Terminal output as plain text: without escape sequences; of a line overwritten by carriage returns, the last state. */
export function plainText(text: string): string {
  return applyCarriageReturns(text.replace(ansiEscapes, '')).trimEnd();
}
