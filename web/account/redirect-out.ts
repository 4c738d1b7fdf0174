import * as v from 'valibot';

/** State kept in sessionStorage across a redirect to a sign-in provider or to Claude. */
const redirectReturn = v.object({
  /** The path to return to. A leading `//` is refused: it would name another host. */
  path: v.pipe(v.string(), v.regex(/^\/(?!\/)/)),
  /** Whether a refused prompt is still in the box. */
  waits: v.boolean(),
});
export type RedirectReturn = v.InferOutput<typeof redirectReturn>;

const STORAGE_KEY = 'redraw.away';

/** Leaves the page for another site; {@link takeRedirectReturn} reads the state after the return. */
export function redirectOut(returnState: RedirectReturn, url: string): void {
  try {
    sessionStorage.setItem(STORAGE_KEY, JSON.stringify(returnState));
  } catch {
    // Storage is blocked: the return ends on the server's default page.
  }
  location.assign(url);
}

/** Reads and deletes the state. @returns null if there is none, or it is invalid */
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
