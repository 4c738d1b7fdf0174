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
/** What holds no class or id in a selector, though it may look like one: comments, strings, escapes and attribute selectors. */
const opaqueSelectorPart = new RegExp(`${opaqueToken.source}|\\[(?:${opaqueToken.source}|[^\\]])*\\]?`, 'y');
const nestingAtRule = /^@(?:media|supports|container|layer|scope|starting-style|document)\b/i;

/** Nesting depth up to which blocks are scoped. */
const maxDepth = 100;

/** Classes that one name composes at most: each rule of a long chain composes all that follow. */
const maxComposed = 100;

/** What a rule composes; `from` is a quoted file, or `global`, or undefined for the same file. */
interface Composition {
  name: string;
  from: string | undefined;
}

/** A class or id as it is found. */
interface FoundName {
  scoped: string;
  /** What its rules compose, at most {@link maxComposed}, by name and origin. */
  composes: Map<string, Composition>;
}

/** A rule whose block is being read. */
interface Rule {
  /** The classes of its selector, each once. */
  owners: ReadonlySet<string>;
  /** What its block composes so far. Owners get it at its end: classes times compositions would be the square of the text. */
  composes: Map<string, Composition>;
}

function compose(into: Map<string, Composition>, all: Iterable<readonly [string, Composition]>): void {
  for (const [key, one] of all) if (into.size < maxComposed) into.set(key, one);
}

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
  /** By the name as written. */
  readonly #names = new Map<string, FoundName>();
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
    while (this.#at < this.#source.length) css += this.#statements(null) + (this.#source[this.#at++] ?? '');
    return { css, names: new Map(Array.from(this.#names, ([name, found]) => [name, this.#withComposed(found)])) };
  }

  /** Rewrites statements up to the closing brace of the block, which is not consumed. @param rule the enclosing rule */
  #statements(rule: Rule | null): string {
    let out = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== '}') {
      out += this.#whitespace();
      const start = this.#at;
      const custom = /^--[\w-]+\s*:/.test(this.#source.slice(start, start + 100));
      this.#skipTo(custom ? ';}' : '{;}');
      const text = this.#source.slice(start, this.#at);
      const stop = this.#source[this.#at];
      if (stop !== '{') {
        const rewritten = this.#declaration(text, rule);
        if (stop === ';') this.#at += 1;
        out += rewritten + (stop === ';' && rewritten !== '' ? ';' : '');
        continue;
      }
      this.#at += 1;
      out += this.#block(text, rule);
    }
    return out;
  }

  #block(prelude: string, rule: Rule | null): string {
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
      inside = this.#statements(null);
    } else if (prelude.startsWith('@')) {
      inside = nestingAtRule.test(prelude) ? this.#statements(rule) : this.#unchangedBlock();
    } else {
      const selector = this.#selector(prelude);
      head = selector.text;
      const inner: Rule = { owners: new Set(selector.names), composes: new Map() };
      inside = this.#statements(inner);
      for (const owner of inner.owners) compose(this.#entry(owner).composes, inner.composes);
    }
    this.#depth -= 1;
    if (this.#source[this.#at] !== '}') return `${head}{${inside}`;
    this.#at += 1;
    return `${head}{${inside}}`;
  }

  /** Consumes whitespace and comments. */
  #whitespace(): string {
    const match = /^(?:\s|\/\*[\s\S]*?\*\/)*/.exec(this.#source.slice(this.#at))?.[0] ?? '';
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

  #declaration(text: string, rule: Rule | null): string {
    const composes = /^composes\s*:([\s\S]*?)(?:\sfrom\s+(global|"[^"]*"|'[^']*'))?$/.exec(text.trimEnd());
    if (composes && rule && rule.owners.size > 0) {
      const from = composes[2];
      const names = (composes[1] ?? '').split(/[\s,]/).filter(Boolean);
      compose(
        rule.composes,
        names.map((name) => [JSON.stringify([name, from]), { name, from }]),
      );
      return '';
    }
    if (/^(?:-\w+-)?animation(?:-name)?\s*:/i.test(text)) {
      return text.replace(/[\w-]+/g, (word) => (this.#keyframes.has(word) ? this.#scopedName(word) : word));
    }
    return text;
  }

  /** Scopes the classes and ids of a selector. @returns the selector, and its classes as written */
  #selector(text: string): { text: string; names: string[] } {
    const names: string[] = [];
    let global = false;
    // One entry for each open parenthesis, innermost last, with what `global` is again after it.
    const open: { global: boolean; dropClose: boolean }[] = [];
    let out = '';
    for (let i = 0; i < text.length; ) {
      const mode = /^:(global|local)(\(|(?![\w-])\s*)/i.exec(text.slice(i));
      opaqueSelectorPart.lastIndex = i;
      const raw = opaqueSelectorPart.exec(text);
      const char = text[i] ?? '';
      if (mode) {
        if (mode[2] === '(') open.push({ global, dropClose: true });
        global = mode[1]?.toLowerCase() === 'global';
        i += mode[0].length;
      } else if (raw) {
        out += raw[0];
        i += raw[0].length;
      } else if ((char === '.' || char === '#') && !global) {
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
        if (char === '(') open.push({ global, dropClose: false });
        if (char === ',' && open.length === 0) global = false;
        const closed = char === ')' ? open.pop() : undefined;
        if (closed) global = closed.global;
        if (!closed?.dropClose) out += char;
        i += 1;
      }
    }
    return { text: out, names };
  }

  #scopedName(name: string): string {
    return `_${name}_${this.#suffix}`;
  }

  #entry(name: string): FoundName {
    const entry = this.#names.get(name) ?? { scoped: this.#scopedName(name), composes: new Map() };
    this.#names.set(name, entry);
    return entry;
  }

  /** A name with all that it composes, directly or not. */
  #withComposed(found: FoundName): CssName {
    const own = new Set([found.scoped]);
    const composed: CssName['composed'] = [];
    const reached = new Set([found]);
    for (const { composes } of reached) {
      for (const { name, from } of composes.values()) {
        if (own.size + composed.length > maxComposed) break;
        const other = from === undefined ? this.#names.get(name) : undefined;
        if (other) reached.add(other);
        if (from === undefined || from === 'global') own.add(other?.scoped ?? name);
        else composed.push({ name, from: from.slice(1, -1) });
      }
    }
    return { own: [...own], composed };
  }
}
