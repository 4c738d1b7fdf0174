import * as v from 'valibot';
import { isSecureUrl } from './net/secure-url.ts';

/** The schema of a whole number. */
export const integer = (name: string, min: number, max: number, fallback: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}$/, `${name} must be a whole number.`),
      v.transform(Number),
      v.minValue(min, `${name} must be at least ${min}.`),
      v.maxValue(max, `${name} must be at most ${max}.`),
    ),
    String(fallback),
  );

/** The schema of a URL that secrets may be sent to. */
export const secureUrl = (name: string) =>
  v.pipe(
    v.string(),
    v.check(
      isSecureUrl,
      `${name} must be an https URL (or an http one of this machine), without a user name and a password.`,
    ),
  );

/** The schema of a JSON setting. `message` is the error for invalid JSON and for a wrong shape, `missing` the one for an absent setting. */
export function json<T>(shape: v.GenericSchema<unknown, T>, message: string, missing = message) {
  return v.pipe(
    v.string(missing),
    v.rawTransform(({ dataset, addIssue, NEVER }): T => {
      try {
        const parsed = v.safeParse(shape, JSON.parse(dataset.value));
        if (parsed.success) return parsed.output;
      } catch {
        // Reported below without the parser's message, which may quote a secret.
      }
      addIssue({ message });
      return NEVER;
    }),
  );
}
