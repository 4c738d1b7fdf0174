import * as v from 'valibot';

/** What a page remembers when it is left for a provider, or for Claude, and comes back. */
const redirectReturn = v.object({
  /** The path to go on at. */
  path: v.pipe(v.string(), v.regex(/^\/(?!\/)/)),
  /** Whether a refused prompt waits in the box. */
  waits: v.boolean(),
});
export type RedirectReturn = v.InferOutput<typeof redirectReturn>;

const STORAGE_KEY = 'redraw.away';

export function redirectOut(returnState: RedirectReturn, url: string): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(returnState));
  } catch {
    // A browser that keeps nothing: one comes back to where the server leads.
  }
  location.assign(url);
}

/** What was remembered, once. */
export function takeRedirectReturn(): RedirectReturn | null {
  try {
    const stored = sessionStorage.getItem(STORAGE_KEY);
    sessionStorage.removeItem(STORAGE_KEY);
    const parsed = v.safeParse(redirectReturn, JSON.parse(stored ?? 'null'));
    return parsed.success ? parsed.output : null;
  } catch {
    return null;
  }
}
