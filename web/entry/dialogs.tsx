import { openDialog, project } from '../app/app.ts';
import { useModule } from '../ui/use-module.ts';

const loadKeys = () => import('../builder/keys-dialog.tsx');
const loadShare = () => import('../share/share-dialog.tsx');
const loadPayer = () => import('../account/payer-dialog.tsx');

const close = () => {
  openDialog.value = null;
};

/** The dialog that is open, if one is. Each is loaded when it is first asked for. */
export function Dialogs() {
  const open = openDialog.value;
  const keys = useModule(loadKeys, open === 'keys');
  const share = useModule(loadShare, open === 'share');
  const payer = useModule(loadPayer, open === 'payer');
  if (open === 'keys' && keys.state === 'there') return <keys.module.KeysDialog onClose={close} />;
  if (open === 'share' && share.state === 'there' && project.value)
    return <share.module.ShareDialog project={project.value} onClose={close} />;
  if (open === 'payer' && payer.state === 'there') return <payer.module.PayerDialog onClose={close} />;
  return null;
}
