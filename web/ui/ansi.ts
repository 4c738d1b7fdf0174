import { ansiEscapes, applyCarriageReturns } from '../../src/protocol/ansi.ts';

/** A piece of terminal output in one style. */
export interface Span {
  readonly text: string;
  /** CSS declarations, or empty. */
  readonly style: string;
}

/** The design tokens of a terminal's eight colours, in their order. */
const tokens = ['ink', 'red', 'green', 'amber', 'pencil', 'code-name', 'pencil', 'quiet'] as const;

/** @param code SGR code of a foreground colour: 30 to 37, or 90 to 97 for a bright one */
function colorOf(code: number): string | null {
  return tokens[code >= 90 ? code - 90 : code - 30] ?? null;
}

/** Splits terminal output into spans with colour, bold and dim. Drops all other escapes, like cursor moves. */
export function ansiSpans(raw: string): Span[] {
  const spans: Span[] = [];
  let color: string | null = null;
  let bold = false;
  let dim = false;
  let at = 0;
  const add = (piece: string): void => {
    const text = applyCarriageReturns(piece);
    if (text === '') return;
    const token = color ?? (dim ? 'quiet' : null);
    const style = `${token ? `color:var(--${token});` : ''}${bold ? 'font-weight:600;' : ''}`;
    const last = spans.at(-1);
    if (last?.style === style) spans[spans.length - 1] = { text: last.text + text, style };
    else spans.push({ text, style });
  };
  for (const match of raw.matchAll(ansiEscapes)) {
    add(raw.slice(at, match.index));
    at = match.index + match[0].length;
    if (match[2] !== 'm') continue;
    const codes = (match[1] || '0').split(';').map(Number);
    for (let index = 0; index < codes.length; index++) {
      const code = codes[index] ?? 0;
      if (code === 0) [color, bold, dim] = [null, false, false];
      else if (code === 1) bold = true;
      else if (code === 2) dim = true;
      else if (code === 22) [bold, dim] = [false, false];
      else if (code === 39) color = null;
      // Extended colours: of the 256 the first sixteen are the terminal's own; all others are ignored.
      else if (code === 38 || code === 48) {
        const value = codes[index + 2] ?? 16;
        if (code === 38 && codes[index + 1] === 5) color = value < 16 ? (tokens[value % 8] ?? null) : null;
        index += codes[index + 1] === 5 ? 2 : 4;
      } else color = colorOf(code) ?? color;
    }
  }
  add(raw.slice(at));
  return spans;
}
