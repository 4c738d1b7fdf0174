import { useEffect, useRef } from 'preact/hooks';
import { account, asksSignIn } from '../app.ts';
import { strings } from '../strings.ts';

/** What comes after the trial, said as it is. */
export function SignInDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const isOpen = asksSignIn.value;
  useEffect(() => {
    if (isOpen && !dialog.current?.open) dialog.current?.showModal();
    if (!isOpen) dialog.current?.close();
  }, [isOpen]);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="sign-in-heading"
      onClose={() => {
        asksSignIn.value = false;
      }}
    >
      <h2 id="sign-in-heading">{strings.signIn.heading}</h2>
      <p>{strings.signIn.body(account.value?.trial?.limit ?? 6)}</p>
      <p>{strings.signIn.keep}</p>
      <form method="dialog">
        <button type="submit" class="button is-main">
          {strings.signIn.understood}
        </button>
      </form>
    </dialog>
  );
}
