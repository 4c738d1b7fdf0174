import { useApp } from '../app/app-context.ts';
import { useModule } from '../ui/use-module.ts';

const loadViews = () => import('./dialog-views.tsx');

/** The dialog that is open, if any: nothing of dialogs is loaded before the first is opened. */
export function Dialogs() {
  const isOpen = useApp().openDialog.value !== null;
  const views = useModule(loadViews, isOpen);
  return isOpen && views.state === 'there' ? <views.module.DialogViews /> : null;
}
