import type { PreviewController } from '../preview/preview-controller.ts';
import type { ViewState } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';

const load = () => import('./preview-pane.tsx');

interface Props {
  project: Project;
  controller: PreviewController;
  viewState: ViewState;
}

/** Loads the preview pane after the conversation, which is usable meanwhile. */
export function LazyPreviewPane(props: Props) {
  const loaded = useModule(load, true);
  if (loaded.state === 'there') return <loaded.module.PreviewPane {...props} />;
  return (
    <p class="desk-wait" role="status">
      {loaded.state === 'failed' ? strings.sheet.loadFailed : ''}
    </p>
  );
}
