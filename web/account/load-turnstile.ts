/** What Cloudflare's script offers (https://developers.cloudflare.com/turnstile/get-started/client-side-rendering/). */
interface Turnstile {
  render(place: HTMLElement, options: TurnstileOptions): string | undefined;
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
const FOLDER = 'https://challenges.cloudflare.com/turnstile/v0/';
const SCRIPT = `${FOLDER}api.js?render=explicit`;

let asked: Promise<Turnstile> | null = null;
let isTrusted = false;

/** The pages take no text for the address of a script. Cloudflare's script gives one all the same, to put a newer one in its place. */
function trustCloudflare(): void {
  if (isTrusted) return;
  globalThis.trustedTypes?.createPolicy('default', {
    createScriptURL: (url) => (url.startsWith(FOLDER) ? url : null),
  });
  isTrusted = true;
}

function load(): Promise<Turnstile> {
  trustCloudflare();
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = SCRIPT;
    script.onload = () => (globalThis.turnstile ? resolve(globalThis.turnstile) : reject(new Error('no widget')));
    script.onerror = () => reject(new Error('not loaded'));
    document.head.append(script);
  });
}

/** Cloudflare's script, loaded when it is first wanted. Rejects where it cannot be loaded; then it may be asked again. */
export function loadTurnstile(): Promise<Turnstile> {
  asked ??= load().catch((error: unknown) => {
    asked = null;
    throw error;
  });
  return asked;
}
