import { isReachable } from '../state/desk.ts';
import { strings } from '../strings.ts';
import { Dialog } from './dialog.tsx';
import { useModule } from './use-module.ts';

const words = strings.sheet;
const loadCode = () => import('./sheet-qr.tsx');

/** How to see the app on a phone: a code to scan, or why there is none. */
export function SheetPhone({ address, onClose }: { address: string; onClose(): void }) {
  const canReach = isReachable(address);
  const code = useModule(loadCode, canReach);
  return (
    <Dialog heading={words.phone} onClose={onClose}>
      {canReach && code.state === 'there' && <code.module.SheetQr address={address} />}
      {canReach && code.state === 'failed' && <p role="alert">{words.loadFailed}</p>}
      <p>{canReach ? words.phoneHint : words.phoneNot}</p>
      <p class="phone-address">{address}</p>
    </Dialog>
  );
}
