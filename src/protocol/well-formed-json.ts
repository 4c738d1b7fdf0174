/** Levels of nesting that are kept: parsers of JSON stop at some depth, and no tool and no request needs more than a few. */
const maxDepth = 100;

/**
 * A JSON value with U+FFFD in place of each half of a surrogate pair, in keys too, and with null in place of what is nested too deeply.
 *
 * @returns the value itself where nothing had to change
 */
export function wellFormedJson(value: unknown, depth = maxDepth): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.toWellFormed();
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return null;
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => wellFormedJson(item, depth - 1));
    return items.every((item, at) => Object.is(item, value[at])) ? value : items;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    const entry = [key.toWellFormed(), wellFormedJson(inner, depth - 1)] as const;
    isChanged ||= entry[0] !== key || !Object.is(entry[1], inner);
    return entry;
  });
  return isChanged ? Object.fromEntries(entries) : value;
}
