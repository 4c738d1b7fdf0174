import { useEffect, useRef } from 'preact/hooks';
import { isReachable } from '../state/desk.ts';
import { strings } from '../strings.ts';
import { useModule } from './use-module.ts';

const words = strings.sheet;
const loadCode = () => import('./sheet-qr.tsx');

/** How to see the app on a phone: a code to scan, or why there is none. */
export function SheetPhone({ address, onClose }: { address: string; onClose(): void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const canReach = isReachable(address);
  const code = useModule(loadCode, canReach);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="dialog phone" ref={dialog} aria-labelledby="phone-heading" onClose={onClose}>
      <h2 id="phone-heading">{words.phone}</h2>
      {canReach && code.state === 'there' && <code.module.SheetQr address={address} />}
      {canReach && code.state === 'failed' && <p role="alert">{words.loadFailed}</p>}
      <p>{canReach ? words.phoneHint : words.phoneNot}</p>
      <p class="phone-address">{address}</p>
      <form method="dialog">
        <button type="submit" class="button">
          {strings.close}
        </button>
      </form>
    </dialog>
  );
}
