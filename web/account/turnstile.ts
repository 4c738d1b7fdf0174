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
    | { createPolicy(name: string, rules: { createScriptURL(url: string): string }): Trusted }
    | undefined;
}

interface Trusted {
  /** A `TrustedScriptURL`, which stands for its text. */
  createScriptURL(url: string): string;
}

const SCRIPT = 'https://challenges.cloudflare.com/turnstile/v0/api.js?render=explicit';

let asked: Promise<Turnstile> | null = null;
/** A page may make a policy of one name once. */
let policy: Trusted | null = null;

function trustedScript(): string {
  policy ??= globalThis.trustedTypes?.createPolicy('redraw', { createScriptURL: () => SCRIPT }) ?? null;
  return policy?.createScriptURL(SCRIPT) ?? SCRIPT;
}

function load(): Promise<Turnstile> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = trustedScript();
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
