import * as v from 'valibot';

/** An act on the account for which the server may ask for a proof. `id`: of the passkey, identity, login or provider that it is about. */
const accountAct = v.object({
  kind: v.picklist([
    'add_passkey',
    'remove_passkey',
    'link',
    'unlink',
    'end_login',
    'sign_out_everywhere',
    'delete_account',
  ]),
  id: v.optional(v.string()),
});
export type AccountAct = v.InferOutput<typeof accountAct>;

/** State kept in sessionStorage across a redirect to a sign-in provider or to Claude. */
const redirectReturn = v.object({
  /** The path to return to. A leading `//` is refused: it would name another host. */
  path: v.pipe(v.string(), v.regex(/^\/(?!\/)/)),
  /** Whether a refused prompt is still in the box. */
  waits: v.boolean(),
  /** The act that goes on once a provider has proved that its visitor is there. */
  act: v.optional(accountAct),
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
