/** What Cloudflare's script offers (https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/). */
interface Turnstile {
  render(container: HTMLElement, options: TurnstileOptions): string | undefined;
  remove(widget: string): void;
}

interface TurnstileOptions {
  sitekey: string;
  language: string;
  size: 'flexible';
  callback(token: string): void;
  /** True: the failure is dealt with. */
  'error-callback'(): boolean;
}

declare global {
  var turnstile: Turnstile | undefined;
  var trustedTypes:
    | { createPolicy(name: 'default', rules: { createScriptURL(url: string): string | null }): unknown }
    | undefined;
}

/** All that Cloudflare publishes of its widget. */
const SCRIPT_FOLDER = 'https://challenges.cloudflare.com/turnstile/v0/';
const SCRIPT_URL = `${SCRIPT_FOLDER}api.js?render=explicit`;

let pending: Promise<Turnstile> | null = null;
let hasPolicy = false;

/** The pages take no text for the address of a script. Cloudflare's script gives one all the same, to put a newer one in its place. */
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

/** Cloudflare's script, loaded when it is first wanted. Rejects where it cannot be loaded; then it may be asked again. */
export function loadTurnstile(): Promise<Turnstile> {
  pending ??= loadScript().catch((error: unknown) => {
    pending = null;
    throw error;
  });
  return pending;
}
