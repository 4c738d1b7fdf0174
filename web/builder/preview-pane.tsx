import '../preview/styles.ts';
import { ContainerStatus } from '../preview/container-status.tsx';
import { OldVersionNotice } from '../preview/old-version-notice.tsx';
import { PointingHint } from '../preview/pointing-hint.tsx';
import { PreviewBar } from '../preview/preview-bar.tsx';
import type { PreviewController } from '../preview/preview-controller.ts';
import { PreviewFrame } from '../preview/preview-frame.tsx';
import { PreviewNotice } from '../preview/preview-notice.tsx';
import { PreviewToolbar } from '../preview/preview-toolbar.tsx';
import type { ViewState } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';

const loadCode = () => import('../code/code-pane.tsx');
const loadStrip = () => import('../versions/versions-strip.tsx');

interface Props {
  project: Project;
  controller: PreviewController;
  viewState: ViewState;
}

/** The app's preview or its code, with toolbar and notices above and the version strip below. */
export function PreviewPane({ project, controller, viewState }: Props) {
  const showsCode = viewState.pane.value === 'code';
  const showsStrip = viewState.strip.value;
  const code = useModule(loadCode, showsCode);
  const strip = useModule(loadStrip, showsStrip);
  return (
    <>
      <PreviewBar project={project} viewState={viewState} />
      {showsCode ? (
        <div key="no-toolbar" />
      ) : (
        <PreviewToolbar project={project} controller={controller} viewState={viewState} />
      )}
      <div key="notices">
        <PreviewNotice controller={controller} />
        <PointingHint controller={controller} />
        <OldVersionNotice project={project} viewState={viewState} />
        <ContainerStatus project={project} />
      </div>
      {/* The key keeps the element: if Preact recreated it when a sibling comes or goes, the app's frame would restart. */}
      <div key="content" class="desk-top">
        <PreviewFrame project={project} controller={controller} viewState={viewState} />
        {showsCode && code.state === 'there' && <code.module.CodePane project={project} viewState={viewState} />}
        {showsCode && code.state !== 'there' && (
          <div class="panel">
            <p role="status">{code.state === 'failed' ? strings.sheet.loadFailed : strings.code.loading}</p>
          </div>
        )}
      </div>
      {showsStrip && strip.state === 'there' && <strip.module.VersionsStrip project={project} viewState={viewState} />}
      {showsStrip && strip.state !== 'there' && (
        <p class="strip-wait" role="status">
          {strip.state === 'failed' ? strings.sheet.loadFailed : strings.versions.loading}
        </p>
      )}
    </>
  );
}
