import { textDigest } from './text-digest.ts';

/** A `*.module.css` file with scoped names. */
export interface CssModule {
  css: string;
  /** Class name as written by the author, to its scoped classes. */
  names: Map<string, CssName>;
}

export interface CssName {
  /** The scoped name, then the classes that it composes from the same file. */
  own: string[];
  /** Classes that it composes from other files. */
  composed: { name: string; from: string }[];
}

const identifier = /-{0,2}(?:[_a-zA-Z\u0080-\uffff]|\\[^\n])(?:[\w\u0080-\uffff-]|\\[^\n])*/y;
const opaqueToken = /\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?|\\[\s\S]/y;
const nestingAtRule = /^@(?:media|supports|container|layer|scope|starting-style|document)\b/i;

/** Nesting depth up to which blocks are scoped. */
const maxDepth = 100;

/**
 * Scopes the classes, ids and keyframes of a style sheet: gives them names that no other sheet has.
 * Supports nesting, `:global`, `:local`, `@scope` and `composes`.
 *
 * @param path path of the file: names are derived from it, so they do not change with its content
 */
export function scopeCss(source: string, path: string): CssModule {
  return new CssScoper(source, textDigest(path).slice(0, 5)).run();
}

/** A single-pass rewriter of one style sheet. */
class CssScoper {
  readonly #source: string;
  readonly #suffix: string;
  readonly #names = new Map<string, CssName>();
  readonly #keyframes: ReadonlySet<string>;
  #at = 0;
  #depth = 0;

  constructor(source: string, suffix: string) {
    this.#source = source;
    this.#suffix = suffix;
    this.#keyframes = new Set(
      Array.from(source.matchAll(/@(?:-\w+-)?keyframes\s+([\w-]+)/gi), (match) => match[1] ?? ''),
    );
  }

  run(): CssModule {
    let css = '';
    while (this.#at < this.#source.length) css += this.#statements([]) + (this.#source[this.#at++] ?? '');
    for (const name of this.#names.values()) this.#resolveComposed(name, new Set());
    return { css, names: this.#names };
  }

  /** Rewrites statements up to the closing brace of the block, which is not consumed. @param owners classes of the enclosing rule */
  #statements(owners: readonly string[]): string {
    let out = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== '}') {
      out += this.#whitespace();
      const start = this.#at;
      const custom = /^--[\w-]+\s*:/.test(this.#source.slice(start, start + 100));
      this.#skipTo(custom ? ';}' : '{;}');
      const text = this.#source.slice(start, this.#at);
      const stop = this.#source[this.#at];
      if (stop !== '{') {
        const rewritten = this.#declaration(text, owners);
        if (stop === ';') this.#at += 1;
        out += rewritten + (stop === ';' && rewritten !== '' ? ';' : '');
        continue;
      }
      this.#at += 1;
      out += this.#block(text, owners);
    }
    return out;
  }

  #block(prelude: string, owners: readonly string[]): string {
    let head = prelude;
    let inside: string;
    this.#depth += 1;
    if (this.#depth > maxDepth) inside = this.#unchangedBlock();
    else if (/^@(?:-\w+-)?keyframes\b/i.test(prelude)) {
      head = prelude.replace(
        /(keyframes\s+)([\w-]+)/i,
        (_, word: string, name: string) => word + this.#scopedName(name),
      );
      inside = this.#unchangedBlock();
    } else if (/^@scope\b/i.test(prelude)) {
      head = this.#selector(prelude).text;
      inside = this.#statements([]);
    } else if (prelude.startsWith('@')) {
      inside = nestingAtRule.test(prelude) ? this.#statements(owners) : this.#unchangedBlock();
    } else {
      const selector = this.#selector(prelude);
      head = selector.text;
      inside = this.#statements(selector.names);
    }
    this.#depth -= 1;
    if (this.#source[this.#at] !== '}') return `${head}{${inside}`;
    this.#at += 1;
    return `${head}{${inside}}`;
  }

  /** Consumes whitespace and comments. */
  #whitespace(): string {
    const match = /^(?:\s|\/\*[\s\S]*?(?:\*\/|$))*/.exec(this.#source.slice(this.#at))?.[0] ?? '';
    this.#at += match.length;
    return match;
  }

  /** Consumes the inside of a block unchanged, up to its closing brace. */
  #unchangedBlock(): string {
    const start = this.#at;
    this.#skipTo('}');
    return this.#source.slice(start, this.#at);
  }

  /** Moves to the first of the `stops` outside of strings, comments, brackets and inner blocks. */
  #skipTo(stops: string): void {
    let depth = 0;
    while (this.#at < this.#source.length) {
      opaqueToken.lastIndex = this.#at;
      const skip = opaqueToken.exec(this.#source)?.[0];
      if (skip) {
        this.#at += skip.length;
        continue;
      }
      const char = this.#source[this.#at] ?? '';
      if (depth === 0 && stops.includes(char)) return;
      if ('([{'.includes(char)) depth += 1;
      else if (')]}'.includes(char)) depth = Math.max(0, depth - 1);
      this.#at += 1;
    }
  }

  #declaration(text: string, owners: readonly string[]): string {
    const composes = /^composes\s*:\s*([\s\S]*?)(?:\s+from\s+(global|"[^"]*"|'[^']*'))?\s*$/.exec(text);
    if (composes && owners.length > 0) {
      const from = composes[2];
      for (const owner of owners) {
        const entry = this.#entry(owner);
        for (const name of (composes[1] ?? '').split(/[\s,]+/).filter(Boolean)) {
          if (from === undefined) entry.own.push(`\0${name}`);
          else if (from === 'global') entry.own.push(name);
          else entry.composed.push({ name, from: from.slice(1, -1) });
        }
      }
      return '';
    }
    if (this.#keyframes.size > 0 && /^(?:-\w+-)?animation(?:-name)?\s*:/i.test(text)) {
      return text.replace(/[\w-]+/g, (word) => (this.#keyframes.has(word) ? this.#scopedName(word) : word));
    }
    return text;
  }

  /** Scopes the classes and ids of a selector. @returns the selector, and its classes as written */
  #selector(text: string): { text: string; names: string[] } {
    const names: string[] = [];
    // One entry for each open parenthesis, innermost last; the first entry is the top level of the selector.
    const levels: { global: boolean; dropClose: boolean }[] = [{ global: false, dropClose: false }];
    let out = '';
    for (let i = 0; i < text.length; ) {
      const level = levels.at(-1) ?? { global: false, dropClose: false };
      const rest = text.slice(i);
      const mode = /^:(global|local)(\(|(?![\w-])\s*)/i.exec(rest);
      const raw =
        /^(?:\/\*[\s\S]*?(?:\*\/|$)|"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|\[(?:[^\]"']|"[^"]*"|'[^']*')*\]?)/.exec(
          rest,
        );
      const char = text[i] ?? '';
      if (mode) {
        const global = mode[1]?.toLowerCase() === 'global';
        if (mode[2] === '(') levels.push({ global, dropClose: true });
        else level.global = global;
        i += mode[0].length;
      } else if (raw) {
        out += raw[0];
        i += raw[0].length;
      } else if ((char === '.' || char === '#') && !level.global) {
        identifier.lastIndex = i + 1;
        const name = identifier.exec(text)?.[0] ?? '';
        if (name === '') out += char;
        else {
          const plain = name.replace(/\\(.)/g, '$1');
          this.#entry(plain);
          if (char === '.') names.push(plain);
          out += char + this.#scopedName(name);
        }
        i += 1 + name.length;
      } else {
        if (char === '(') levels.push({ global: level.global, dropClose: false });
        if (char === ',' && levels.length === 1) level.global = false;
        const closed = char === ')' && levels.length > 1 ? levels.pop() : undefined;
        if (!closed?.dropClose) out += char;
        i += 1;
      }
    }
    return { text: out, names };
  }

  #scopedName(name: string): string {
    return `_${name}_${this.#suffix}`;
  }

  #entry(name: string): CssName {
    let entry = this.#names.get(name);
    if (!entry) {
      entry = { own: [this.#scopedName(name)], composed: [] };
      this.#names.set(name, entry);
    }
    return entry;
  }

  /** Replaces names composed from the same file (marked with `\0`) by their classes. */
  #resolveComposed(name: CssName, seen: Set<CssName>): void {
    if (seen.has(name)) return;
    seen.add(name);
    name.own = name.own.flatMap((own) => {
      if (!own.startsWith('\0')) return [own];
      const other = this.#names.get(own.slice(1));
      if (!other) return [own.slice(1)];
      this.#resolveComposed(other, seen);
      name.composed.push(...other.composed);
      return other.own.filter((one) => !one.startsWith('\0'));
    });
  }
}
