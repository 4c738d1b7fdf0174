import { useApp } from '../app/app-context.ts';
import { useModule } from '../ui/use-module.ts';

const loadKeys = () => import('../builder/shortcuts-dialog.tsx');
const loadShare = () => import('../share/share-dialog.tsx');
const loadPayer = () => import('../account/payer-dialog.tsx');

/** The dialog that is open, if any. Each is loaded when it is first opened. */
export function DialogViews() {
  const { openDialog, project } = useApp();
  const close = () => {
    openDialog.value = null;
  };
  const open = openDialog.value;
  const isKeys = open === 'keys';
  const isShare = open === 'share';
  const isPayer = !!open && !isKeys && !isShare;
  const keys = useModule(loadKeys, isKeys);
  const share = useModule(loadShare, isShare);
  const payer = useModule(loadPayer, isPayer);
  if (isKeys && keys.state === 'there') return <keys.module.ShortcutsDialog onClose={close} />;
  if (isShare && share.state === 'there' && project.value)
    return <share.module.ShareDialog project={project.value} onClose={close} />;
  if (isPayer && payer.state === 'there') return <payer.module.PayerDialog onClose={close} />;
  return null;
}
