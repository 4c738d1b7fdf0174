/** Receives the string values of the root object's keys while its JSON arrives. */
interface StringListener {
  /** A decoded piece of the value of `key`: well-formed Unicode. */
  piece(key: string, text: string): void;
  end(key: string): void;
}

const quote = 0x22;
const backslash = 0x5c;
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Streaming JSON reader: passes on the string values directly below the root as they arrive.
 *
 * Reads each character once, wherever the chunks are split: in a key, in an escape, inside a surrogate pair.
 * Does not validate: invalid JSON is read leniently, and `ReplyBuilder` parses the complete input.
 */
export class PartialJsonStrings {
  readonly #listener: StringListener;
  #depth = 0;
  #rootIsObject = false;
  #expectsKey = false;
  #key = '';
  /** The role of the string that is being read. */
  #open: 'none' | 'key' | 'value' | 'other' = 'none';
  /** An incomplete escape, from its backslash on. */
  #escape = '';
  /** The first half of a surrogate pair, until the second arrives. */
  #pendingSurrogate = '';

  constructor(listener: StringListener) {
    this.#listener = listener;
  }

  push(json: string): void {
    let at = 0;
    while (at < json.length) at = this.#open === 'none' ? this.#structure(json, at) : this.#string(json, at);
  }

  /** Reads up to the next string. @returns the index to continue from */
  #structure(json: string, from: number): number {
    for (let at = from; at < json.length; at++) {
      switch (json[at]) {
        case '"':
          if (this.#depth !== 1 || !this.#rootIsObject) this.#open = 'other';
          else if (this.#expectsKey) {
            this.#open = 'key';
            this.#key = '';
          } else this.#open = 'value';
          return at + 1;
        case '{':
        case '[':
          if (this.#depth === 0) this.#expectsKey = this.#rootIsObject = json[at] === '{';
          this.#depth++;
          break;
        case '}':
        case ']':
          this.#depth--;
          break;
        // Of any depth: an inner value is followed by a comma of the root's.
        case ':':
          this.#expectsKey = false;
          break;
        case ',':
          this.#expectsKey = true;
          break;
      }
    }
    return json.length;
  }

  /** Reads to the end of the open string, or of the chunk. @returns the index to continue from */
  #string(json: string, from: number): number {
    let text = '';
    let start = from;
    let at = from;
    while (at < json.length) {
      if (this.#escape !== '') {
        this.#escape += json[at];
        at++;
        start = at;
        const decoded = decode(this.#escape);
        if (decoded === null) continue;
        text += decoded;
        this.#escape = '';
        continue;
      }
      const code = json.charCodeAt(at);
      if (code === backslash) {
        text += json.slice(start, at);
        this.#escape = '\\';
      } else if (code === quote) {
        this.#pass(text + json.slice(start, at));
        this.#close();
        return at + 1;
      }
      at++;
    }
    this.#pass(this.#escape === '' ? text + json.slice(start, at) : text);
    return at;
  }

  #pass(text: string): void {
    if (this.#open === 'key') this.#key += text;
    if (this.#open !== 'value') return;
    let whole = this.#pendingSurrogate + text;
    const last = whole.charCodeAt(whole.length - 1);
    this.#pendingSurrogate = last >= 0xd800 && last <= 0xdbff ? whole.slice(-1) : '';
    if (this.#pendingSurrogate) whole = whole.slice(0, -1);
    if (whole) this.#listener.piece(this.#key, whole.toWellFormed());
  }

  #close(): void {
    if (this.#open === 'value') {
      if (this.#pendingSurrogate) this.#listener.piece(this.#key, '\ufffd');
      this.#pendingSurrogate = '';
      this.#listener.end(this.#key);
    }
    this.#open = 'none';
  }
}

/** Decodes an escape; null while it is incomplete. An unknown escape decodes to its own character. */
function decode(sequence: string): string | null {
  const letter = sequence[1] ?? '';
  if (letter !== 'u') return escapes[letter] ?? letter;
  if (sequence.length < 6) return null;
  const code = Number.parseInt(sequence.slice(2), 16);
  return Number.isNaN(code) ? '\ufffd' : String.fromCharCode(code);
}
