import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { useModule } from '../ui/use-module.ts';
import { isReachable } from './view-state.ts';

const words = strings.sheet;
const loadCode = () => import('./qr-code.tsx');

/** Shows a QR code of the app's address, or says why a phone cannot reach it. */
export function OpenOnPhoneDialog({ address, onClose }: { address: string; onClose(): void }) {
  const canReach = isReachable(address);
  const code = useModule(loadCode, canReach);
  return (
    <Dialog heading={words.phone} onClose={onClose}>
      {canReach && code.state === 'there' && <code.module.QrCode address={address} />}
      {canReach && code.state === 'failed' && <p role="alert">{words.loadFailed}</p>}
      <p>{canReach ? words.phoneHint : words.phoneNot}</p>
      <p class="phone-address">{address}</p>
    </Dialog>
  );
}
