/** An input that hurts a careless parser, of any size. */
export interface GrowthCase {
  /** Unique. */
  name: string;
  /**
   * Prepares a run.
   *
   * @param chars size of what is read
   * @returns the run, which is measured once
   */
  prepare(chars: number): () => unknown;
}

/** A text of about `chars` characters. */
export const filled = (piece: string, chars: number): string => piece.repeat(Math.ceil(chars / piece.length));

/** The case of a function that takes a text. */
export function ofText(name: string, make: (chars: number) => string, run: (text: string) => unknown): GrowthCase {
  return {
    name,
    prepare(chars) {
      const text = make(chars);
      return () => run(text);
    },
  };
}

/** Numbered pieces, about `chars` characters in all. */
export function numbered(piece: (index: number) => string, chars: number): string {
  let text = '';
  for (let index = 0; text.length < chars; index++) text += piece(index);
  return text;
}

/** What may follow an opening: each is something that a pattern may take for a part of it, for a separator, or for another opening. */
const fillers = [' ', '\n', 'a', '"', '<', '(', '/', '\\'];

/**
 * For each of a language's openings, texts in which nothing closes it: the opening once and then much of the same, and the opening with
 * something behind it again and again.
 */
export function unclosed(name: string, openings: readonly string[], run: (text: string) => unknown): GrowthCase[] {
  return openings.map((opening) => ({
    name: `${name}: ${JSON.stringify(opening)} and no end`,
    prepare(chars) {
      // Sixteen texts: a quarter of the size each still takes four times as long as one.
      const texts = fillers.flatMap((filler) => [
        opening + filled(filler, chars / 4),
        filled(opening + filler, chars / 4),
      ]);
      return async () => {
        for (const text of texts) await run(text);
      };
    },
  }));
}
