import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { language, strings } from '../strings/strings.ts';
import { loadTurnstile } from './load-turnstile.ts';

const words = strings.challenge;

/** Cloudflare's check; when it is passed, the prompt that it was asked for goes on. */
export function TurnstileChallenge() {
  const { account, openDialog, refused, addToNextChat } = useApp();
  const place = useRef<HTMLDivElement>(null);
  const state = useSignal<'loading' | 'shown' | 'failed'>('loading');
  const round = useSignal(0);

  useEffect(() => {
    let isCurrent = true;
    let end = (): void => undefined;
    const fail = () => {
      if (isCurrent) state.value = 'failed';
      return true;
    };
    const pass = (token: string) => {
      const waiting = refused.peek();
      addToNextChat({ turnstile: token });
      refused.value = null;
      openDialog.value = null;
      waiting?.again();
    };
    const siteKey = refused.peek()?.error.fields.siteKey ?? account.peek()?.turnstile;
    state.value = 'loading';
    loadTurnstile().then((turnstile) => {
      if (!isCurrent || !place.current || typeof siteKey !== 'string') return fail();
      const options = { language: language.peek(), size: 'flexible', callback: pass, 'error-callback': fail } as const;
      const widget = turnstile.render(place.current, { sitekey: siteKey, ...options });
      end = () => widget !== undefined && turnstile.remove(widget);
      state.value = 'shown';
    }, fail);
    return () => {
      isCurrent = false;
      end();
    };
  }, [round.value]);

  return (
    <>
      <p>{words.lead}</p>
      <div ref={place} class="challenge" />
      <p class="quiet" role="status">
        {state.value === 'loading' && words.loading}
      </p>
      {state.value === 'failed' && (
        <p class="notice" role="alert">
          {words.failed}{' '}
          <button
            type="button"
            class="text-button"
            onClick={() => {
              round.value += 1;
            }}
          >
            {words.again}
          </button>
        </p>
      )}
    </>
  );
}
