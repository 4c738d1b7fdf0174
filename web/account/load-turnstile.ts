/**
 * The API of Cloudflare's Turnstile script, as far as it is used
 * (https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/).
 */
interface Turnstile {
  render(container: HTMLElement, options: TurnstileOptions): string | undefined;
  remove(widget: string): void;
}

interface TurnstileOptions {
  sitekey: string;
  language: string;
  size: 'flexible';
  callback(token: string): void;
  /** Returns true: the failure is handled here, so Turnstile does not log it. */
  'error-callback'(): boolean;
}

declare global {
  var turnstile: Turnstile | undefined;
  var trustedTypes:
    | { createPolicy(name: 'default', rules: { createScriptURL(url: string): string | null }): unknown }
    | undefined;
}

/** The folder of all of Cloudflare's Turnstile scripts. */
const SCRIPT_FOLDER = 'https://challenges.cloudflare.com/turnstile/v0/';
const SCRIPT_URL = `${SCRIPT_FOLDER}api.js?render=explicit`;

let pending: Promise<Turnstile> | null = null;
let hasPolicy = false;

/**
 * A default Trusted Types policy for script URLs in Cloudflare's folder. The pages' CSP requires Trusted Types, but Cloudflare's
 * script assigns a plain string to `src` when it loads a newer version of itself.
 */
function allowCloudflareScripts(): void {
  if (hasPolicy) return;
  globalThis.trustedTypes?.createPolicy('default', {
    createScriptURL: (url) => (url.startsWith(SCRIPT_FOLDER) ? url : null),
  });
  hasPolicy = true;
}

function loadScript(): Promise<Turnstile> {
  allowCloudflareScripts();
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = SCRIPT_URL;
    script.onload = () => (globalThis.turnstile ? resolve(globalThis.turnstile) : reject(new Error('no widget')));
    script.onerror = () => reject(new Error('not loaded'));
    document.head.append(script);
  });
}

/** Loads Cloudflare's script once. Single-flight; rejects if loading fails, and the next call tries again. */
export function loadTurnstile(): Promise<Turnstile> {
  pending ??= loadScript().catch((error: unknown) => {
    pending = null;
    throw error;
  });
  return pending;
}
