/**
 * Finds all occurrences of `needle`, overlapping ones included, by Knuth, Morris and Pratt: in time linear in both texts, where
 * `String.indexOf` may take their product.
 *
 * @param needle not empty
 * @param max how many indexes are returned
 * @returns how many there are, and the first indexes
 */
export function findOccurrences(text: string, needle: string, max: number): { count: number; first: number[] } {
  const borders = bordersOf(needle);
  const first: number[] = [];
  let count = 0;
  let matched = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    while (matched > 0 && needle.charCodeAt(matched) !== code) matched = borders[matched - 1] ?? 0;
    if (needle.charCodeAt(matched) === code) matched++;
    if (matched < needle.length) continue;
    if (count < max) first.push(at + 1 - matched);
    count++;
    matched = borders[matched - 1] ?? 0;
  }
  return { count, first };
}

/** For each prefix, the length of its longest proper prefix that is its suffix too. */
function bordersOf(needle: string): Uint32Array {
  const borders = new Uint32Array(needle.length);
  let length = 0;
  for (let at = 1; at < needle.length; at++) {
    const code = needle.charCodeAt(at);
    while (length > 0 && needle.charCodeAt(length) !== code) length = borders[length - 1] ?? 0;
    if (needle.charCodeAt(length) === code) length++;
    borders[at] = length;
  }
  return borders;
}
