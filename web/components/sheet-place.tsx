import type { Desk } from '../state/desk.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import type { StageHost } from './stage-host.ts';
import { useModule } from './use-module.ts';

const load = () => import('./sheet-desk.tsx');

/** Where the desk stands. It is loaded beside the conversation, which can be read and typed into meanwhile. */
export function SheetPlace(props: { project: Project; host: StageHost; desk: Desk }) {
  const loaded = useModule(load, true);
  if (loaded.state === 'there') return <loaded.module.SheetDesk {...props} />;
  return (
    <p class="desk-wait" role="status">
      {loaded.state === 'failed' ? strings.sheet.loadFailed : ''}
    </p>
  );
}
