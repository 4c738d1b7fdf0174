import { useApp } from '../app/app-context.ts';
import { useModule } from '../ui/use-module.ts';

const loadKeys = () => import('../builder/shortcuts-dialog.tsx');
const loadShare = () => import('../share/share-dialog.tsx');
const loadPayer = () => import('../account/payer-dialog.tsx');

/** The dialog that is open, if any. Each is loaded when it is first opened. */
export function Dialogs() {
  const { openDialog, project } = useApp();
  const close = () => {
    openDialog.value = null;
  };
  const open = openDialog.value;
  const keys = useModule(loadKeys, open === 'keys');
  const share = useModule(loadShare, open === 'share');
  const isPayer = /^(payer|credits|review)/.test(open ?? '');
  const payer = useModule(loadPayer, isPayer);
  if (open === 'keys' && keys.state === 'there') return <keys.module.ShortcutsDialog onClose={close} />;
  if (open === 'share' && share.state === 'there' && project.value)
    return <share.module.ShareDialog project={project.value} onClose={close} />;
  if (isPayer && payer.state === 'there') return <payer.module.PayerDialog onClose={close} />;
  return null;
}
