/** Hears the string values of an object's own keys while its JSON arrives. */
export interface StringsListener {
  /** A piece of the value of `key`, decoded. Never ends in the middle of a surrogate pair. */
  piece(key: string, text: string): void;
  end(key: string): void;
}

const quote = 0x22;
const backslash = 0x5c;
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/**
 * Reads JSON piece by piece and passes on the strings directly below its root, as they arrive.
 *
 * Each character is looked at once, wherever the pieces are cut: in a key, in an escape, between two halves of a surrogate pair.
 * JSON that is not valid is read as well as it goes; whether it is valid is decided elsewhere, once it is whole.
 */
export class PartialJsonStrings {
  readonly #listener: StringsListener;
  #depth = 0;
  #rootIsObject = false;
  #expectsKey = false;
  #key = '';
  /** What the string that is open is for. */
  #open: 'none' | 'key' | 'value' | 'other' = 'none';
  /** What came of an escape so far, from its backslash on. */
  #escape = '';
  /** The first half of a surrogate pair, kept until the second one is there. */
  #half = '';

  constructor(listener: StringsListener) {
    this.#listener = listener;
  }

  push(json: string): void {
    let at = 0;
    while (at < json.length) at = this.#open === 'none' ? this.#structure(json, at) : this.#string(json, at);
  }

  /** Reads up to the next string. @returns where to go on */
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
        case ':':
          if (this.#depth === 1) this.#expectsKey = false;
          break;
        case ',':
          if (this.#depth === 1) this.#expectsKey = true;
          break;
      }
    }
    return json.length;
  }

  /** Reads to the end of the string that is open, or of the piece. @returns where to go on */
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
    let whole = this.#half + text;
    const last = whole.charCodeAt(whole.length - 1);
    this.#half = last >= 0xd800 && last <= 0xdbff ? whole.slice(-1) : '';
    if (this.#half) whole = whole.slice(0, -1);
    if (whole) this.#listener.piece(this.#key, whole);
  }

  #close(): void {
    if (this.#open === 'value') {
      if (this.#half) this.#listener.piece(this.#key, this.#half);
      this.#half = '';
      this.#listener.end(this.#key);
    }
    this.#open = 'none';
  }
}

/** What an escape stands for, or null while it is not whole. One that does not exist stands for its own character. */
function decode(sequence: string): string | null {
  const letter = sequence[1] ?? '';
  if (letter !== 'u') return escapes[letter] ?? letter;
  if (sequence.length < 6) return null;
  const code = Number.parseInt(sequence.slice(2), 16);
  return Number.isNaN(code) ? '\ufffd' : String.fromCharCode(code);
}
