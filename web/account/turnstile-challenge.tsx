import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app/app-context.ts';
import { language, strings } from '../strings/strings.ts';
import { loadTurnstile } from './load-turnstile.ts';

const words = strings.challenge;

/** A Turnstile challenge. Once passed, the refused prompt is sent again with its token. */
export function TurnstileChallenge() {
  const { account, openDialog, refused, addToNextChat } = useApp();
  const container = useRef<HTMLDivElement>(null);
  const state = useSignal<'loading' | 'shown' | 'failed'>('loading');
  const attempt = useSignal(0);

  useEffect(() => {
    let isCurrent = true;
    let removeWidget = (): void => undefined;
    const onFailed = () => {
      if (isCurrent) state.value = 'failed';
      return true;
    };
    const onPassed = (token: string) => {
      const refusedPrompt = refused.peek();
      addToNextChat({ turnstile: token });
      refused.value = null;
      openDialog.value = null;
      refusedPrompt?.again();
    };
    const siteKey = refused.peek()?.error.fields.siteKey ?? account.peek()?.turnstile;
    state.value = 'loading';
    loadTurnstile().then((turnstile) => {
      if (!isCurrent || !container.current || typeof siteKey !== 'string') return onFailed();
      const options = {
        language: language.peek(),
        size: 'flexible',
        callback: onPassed,
        'error-callback': onFailed,
      } as const;
      const widget = turnstile.render(container.current, { sitekey: siteKey, ...options });
      removeWidget = () => widget !== undefined && turnstile.remove(widget);
      state.value = 'shown';
    }, onFailed);
    return () => {
      isCurrent = false;
      removeWidget();
    };
  }, [attempt.value]);

  return (
    <>
      <p>{words.lead}</p>
      <div ref={container} class="challenge" />
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
              attempt.value += 1;
            }}
          >
            {words.again}
          </button>
        </p>
      )}
    </>
  );
}
