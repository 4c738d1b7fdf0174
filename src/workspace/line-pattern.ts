/**
 * Regular expressions that cannot hang: the native engine backtracks, and a pattern such as `(a+)+$`, written by a model that means no
 * harm, would stop the session's only thread for hours. This one walks all alternatives at once (Thompson, 1968), so a line
 * costs at most its length times the size of the pattern. It knows what JavaScript's syntax has but look-around and back-references.
 */

type CharTest = (char: string) => boolean;

type Place = 'start' | 'end' | 'boundary' | 'inside';

type Node =
  | { kind: 'char'; test: CharTest }
  | { kind: 'at'; place: Place }
  | { kind: 'sequence'; parts: Node[] }
  | { kind: 'choice'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

type Step =
  | { kind: 'char'; test: CharTest }
  | { kind: 'at'; place: Place }
  | { kind: 'fork'; targets: number[] }
  | { kind: 'match' };

/** Steps of a compiled pattern: `(a{100}){100}` is no search. */
const maxSteps = 2_000;

export class UnsupportedPattern extends Error {
  override readonly name = 'UnsupportedPattern';
}

/** Counts the work of a search, so that many lines together stay bounded too. */
export interface Fuel {
  left: number;
}

/** Compiles a pattern of JavaScript's syntax. Throws `SyntaxError` where it is none, {@link UnsupportedPattern} where it is too much. */
export function compilePattern(source: string): (line: string, fuel: Fuel) => boolean {
  new RegExp(source);
  const steps: Step[] = [];
  emit(new Parser(source).parse(), steps);
  steps.push({ kind: 'match' });
  return (line, fuel) => matches(steps, line, fuel);
}

function emit(node: Node, steps: Step[]): void {
  if (steps.length > maxSteps) throw new UnsupportedPattern('The pattern is too large.');
  switch (node.kind) {
    case 'char':
    case 'at':
      steps.push(node);
      return;
    case 'sequence':
      // Nothing is a step too, so that `((){999}){999}` hits the limit like anything else.
      if (node.parts.length === 0) steps.push({ kind: 'fork', targets: [steps.length + 1] });
      for (const part of node.parts) emit(part, steps);
      return;
    case 'choice': {
      const fork: Step = { kind: 'fork', targets: [] };
      steps.push(fork);
      const ends: { targets: number[] }[] = [];
      for (const part of node.parts) {
        fork.targets.push(steps.length);
        emit(part, steps);
        const end: Step = { kind: 'fork', targets: [] };
        ends.push(end);
        steps.push(end);
      }
      for (const end of ends) end.targets.push(steps.length);
      return;
    }
    case 'repeat': {
      for (let count = 0; count < node.min; count++) emit(node.part, steps);
      if (node.max === Number.POSITIVE_INFINITY) {
        const loop: Step = { kind: 'fork', targets: [steps.length + 1] };
        const start = steps.push(loop) - 1;
        emit(node.part, steps);
        steps.push({ kind: 'fork', targets: [start] });
        loop.targets.push(steps.length);
        return;
      }
      const exits: { targets: number[] }[] = [];
      for (let count = node.min; count < node.max; count++) {
        const exit: Step = { kind: 'fork', targets: [steps.length + 1] };
        exits.push(exit);
        steps.push(exit);
        emit(node.part, steps);
      }
      for (const exit of exits) exit.targets.push(steps.length);
    }
  }
}

const isWord = (char: string | undefined): boolean => char !== undefined && /\w/.test(char);

function matches(steps: readonly Step[], line: string, fuel: Fuel): boolean {
  const seenAt = new Int32Array(steps.length).fill(-1);
  let current: CharTest[] = [];
  let targets: number[] = [];
  for (let at = 0; at <= line.length; at++) {
    const next: CharTest[] = [];
    const nextTargets: number[] = [];
    const pending = [0];
    const char = line[at - 1] ?? '';
    for (const [index, test] of current.entries()) if (test(char)) pending.push(targets[index] ?? 0);

    for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
      if (seenAt[index] === at) continue;
      seenAt[index] = at;
      if (fuel.left-- <= 0) return false;
      const step = steps[index];
      if (!step) continue;
      if (step.kind === 'match') return true;
      if (step.kind === 'fork') pending.push(...step.targets);
      else if (step.kind === 'char') {
        next.push(step.test);
        nextTargets.push(index + 1);
      } else if (isAt(step.place, line, at)) pending.push(index + 1);
    }
    current = next;
    targets = nextTargets;
  }
  return false;
}

function isAt(place: Place, line: string, at: number): boolean {
  if (place === 'start') return at === 0;
  if (place === 'end') return at === line.length;
  return (isWord(line[at - 1]) !== isWord(line[at])) === (place === 'boundary');
}

/** Cuts a pattern into nodes. What one character may be (`\d`, `[^\s"]`) is left to the native engine: that cannot backtrack. */
class Parser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  parse(): Node {
    return this.#choice();
  }

  #choice(): Node {
    const parts = [this.#sequence()];
    while (this.#take(/\|/y)) parts.push(this.#sequence());
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'choice', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !/[|)]/.test(this.#source[this.#at] ?? '')) {
      parts.push(this.#quantified(this.#atom()));
    }
    return { kind: 'sequence', parts };
  }

  #quantified(part: Node): Node {
    const quantifier = this.#take(/(?:([*+?])|\{(\d+)(,?)(\d*)\})\??/y);
    if (!quantifier) return part;
    const [, sign, least, comma, most] = quantifier;
    if (sign)
      return { kind: 'repeat', part, min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const min = Number(least);
    const max = most ? Number(most) : comma ? Number.POSITIVE_INFINITY : min;
    if (min > maxSteps || (max > maxSteps && max !== Number.POSITIVE_INFINITY)) {
      throw new UnsupportedPattern('The pattern repeats too often.');
    }
    return { kind: 'repeat', part, min, max };
  }

  #atom(): Node {
    if (this.#take(/\(\?<?[=!]/y)) throw new UnsupportedPattern('Look-around is not supported.');
    if (this.#take(/\((?:\?:|\?<[^>]*>)?/y)) {
      if (this.#source[this.#at] === '?') throw new UnsupportedPattern('Flags in a pattern are not supported.');
      const inner = this.#choice();
      this.#take(/\)/y);
      return inner;
    }
    if (this.#take(/\^/y)) return { kind: 'at', place: 'start' };
    if (this.#take(/\$/y)) return { kind: 'at', place: 'end' };
    if (this.#take(/\\b/y)) return { kind: 'at', place: 'boundary' };
    if (this.#take(/\\B/y)) return { kind: 'at', place: 'inside' };
    if (this.#take(/\\(?:[1-9]|k<)/y)) throw new UnsupportedPattern('Back-references are not supported.');
    const [one = ''] =
      this.#take(/\[(?:\\[\s\S]|[^\]\\])*\]|\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|c[a-zA-Z]|[\s\S])|\./y) ?? [];
    if (one !== '') return { kind: 'char', test: memoized(new RegExp(`^${one}$`)) };
    const literal = this.#source[this.#at++];
    return { kind: 'char', test: (char) => char === literal };
  }

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (found) this.#at += found[0].length;
    return found;
  }
}

function memoized(pattern: RegExp): CharTest {
  const known = new Map<string, boolean>();
  return (char) => {
    const before = known.get(char);
    if (before !== undefined) return before;
    const now = pattern.test(char);
    known.set(char, now);
    return now;
  };
}
