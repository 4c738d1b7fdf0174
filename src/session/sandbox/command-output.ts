import { ansiEscapes, applyCarriageReturns } from '../../protocol/ansi.ts';

/** Characters of a command's output that Claude gets: so many of its beginning and of its end. */
const headChars = 8_000;
const tailChars = 16_000;

/** Characters that the page gets while a command runs; after that it gets the end, once it has ended. */
const liveChars = 48_000;
const lastLiveChars = 16_000;

/** What a command prints: told to the page as it comes, kept for Claude, both cut in the middle where it is long. */
export class CommandOutput {
  readonly #tell: (output: string) => void;
  readonly #decoder = new TextDecoder();
  #head = '';
  #tail = '';
  #chars = 0;
  #told = 0;

  constructor(tell: (output: string) => void) {
    this.#tell = tell;
  }

  push(bytes: Uint8Array): void {
    this.#add(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Ends it. @returns the text for Claude, without colours */
  end(): string {
    this.#add(this.#decoder.decode());
    if (this.#told < this.#chars) {
      const rest = (this.#head + this.#tail).slice(-Math.min(lastLiveChars, this.#chars - this.#told));
      this.#tell(`\n… ${this.#chars - this.#told - rest.length} characters are left out here …\n${rest}`);
    }
    const left = this.#chars - this.#head.length - this.#tail.length;
    const middle = left > 0 ? `\n… ${left} characters are left out here …\n` : '';
    return plainText(this.#head + middle + this.#tail);
  }

  #add(text: string): void {
    if (text === '') return;
    this.#chars += text.length;
    if (this.#told < liveChars) {
      const live = text.slice(0, liveChars - this.#told);
      this.#told += live.length;
      this.#tell(live);
    }
    const toHead = text.slice(0, headChars - this.#head.length);
    this.#head += toHead;
    this.#tail = (this.#tail + text.slice(toHead.length)).slice(-tailChars);
  }
}

/** A terminal's text as it would be read: without colours, a line that was written over as it was last. */
export function plainText(text: string): string {
  return applyCarriageReturns(text.replace(ansiEscapes, '')).trimEnd();
}
