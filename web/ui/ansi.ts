/** A piece of a terminal's text that looks the same throughout. `look` is CSS of its own, or empty. */
export interface Span {
  readonly text: string;
  readonly look: string;
}

/** What a terminal's eight colours are here, by custom property. */
const names = ['ink', 'red', 'green', 'amber', 'pencil', 'code-name', 'pencil', 'quiet'] as const;

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences of terminals are what is looked for.
const escapes = /\u001b(?:\[([0-?]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])/g;

/** A line that was written over is as it was last. */
function settled(text: string): string {
  return text.replace(/\r+\n/g, '\n').replace(/[^\n]*\r(?=[^\n])/g, '');
}

/** @param code of a foreground, bright or not */
function colorOf(code: number): string | null {
  return names[code >= 90 ? code - 90 : code - 30] ?? null;
}

/** Reads colours, bold and dim; all else that moves a cursor or clears a screen is left out. */
export function ansiSpans(raw: string): Span[] {
  const spans: Span[] = [];
  let color: string | null = null;
  let bold = false;
  let dim = false;
  let at = 0;
  const take = (text: string): void => {
    const shown = settled(text);
    if (shown === '') return;
    const shade = color ?? (dim ? 'quiet' : null);
    const look = `${shade ? `color:var(--${shade});` : ''}${bold ? 'font-weight:600;' : ''}`;
    const last = spans.at(-1);
    if (last?.look === look) spans[spans.length - 1] = { text: last.text + shown, look };
    else spans.push({ text: shown, look });
  };
  for (const match of raw.matchAll(escapes)) {
    take(raw.slice(at, match.index));
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
      // A colour of 256, or of all: the first sixteen are known by name, others are left as they are.
      else if (code === 38 || code === 48) {
        const value = codes[index + 2] ?? 16;
        if (code === 38 && codes[index + 1] === 5) color = value < 16 ? (names[value % 8] ?? null) : null;
        index += codes[index + 1] === 5 ? 2 : 4;
      } else color = colorOf(code) ?? color;
    }
  }
  take(raw.slice(at));
  return spans;
}
