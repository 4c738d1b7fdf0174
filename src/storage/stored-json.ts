import * as v from 'valibot';

/**
 * Parses JSON that this object, or an older release of it, has stored.
 *
 * @param what names the value in the error, which does not quote it: it may be a secret, or somebody's text
 * @throws Error where the text is not JSON or does not fit the schema
 */
export function parseStored<T>(schema: v.GenericSchema<unknown, T>, text: string, what: string): T {
  const result = v.safeParse(schema, jsonOf(text));
  if (result.success) return result.output;
  const places = result.issues.map((issue) => v.getDotPath(issue) ?? 'the whole');
  throw new Error(`The stored ${what} cannot be read by this release: ${places.join(', ')}`);
}

/** As `parseStored`, for values that may be lost: `fallback` where there is no text, or none that fits. */
export function parseStoredOr<T, F>(
  schema: v.GenericSchema<unknown, T>,
  text: string | null | undefined,
  fallback: F,
): T | F {
  if (text === null || text === undefined) return fallback;
  const result = v.safeParse(schema, jsonOf(text));
  return result.success ? result.output : fallback;
}

/** Undefined, which no schema of a stored value accepts, where the text is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
