import '../preview/styles.ts';
import { ContainerLine } from '../preview/container-line.tsx';
import { PointingHint } from '../preview/pointing-hint.tsx';
import { PreviewBar } from '../preview/preview-bar.tsx';
import type { PreviewController } from '../preview/preview-controller.ts';
import { PreviewFrame } from '../preview/preview-frame.tsx';
import { PreviewNotice } from '../preview/preview-notice.tsx';
import { PreviewToolbar } from '../preview/preview-toolbar.tsx';
import { VersionLook } from '../preview/version-look.tsx';
import type { ViewState } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';

const loadCode = () => import('../code/code-pane.tsx');
const loadStrip = () => import('../versions/versions-strip.tsx');

interface Props {
  project: Project;
  host: PreviewController;
  desk: ViewState;
}

/** The desk: the sheet with the app, its code, and the versions underneath. */
export function PreviewPane({ project, host, desk }: Props) {
  const showsCode = desk.pane.value === 'code';
  const showsStrip = desk.strip.value;
  const code = useModule(loadCode, showsCode);
  const strip = useModule(loadStrip, showsStrip);
  return (
    <>
      <PreviewBar project={project} desk={desk} />
      {showsCode ? <div key="bare" /> : <PreviewToolbar project={project} host={host} desk={desk} />}
      <div key="news">
        <PreviewNotice host={host} />
        <PointingHint host={host} />
        <VersionLook project={project} desk={desk} />
        <ContainerLine project={project} />
      </div>
      {/* By a key of its own: taken for another element that comes or goes, it would be made anew, and the app in it begin again. */}
      <div key="top" class="desk-top">
        <PreviewFrame project={project} host={host} desk={desk} />
        {showsCode && code.state === 'there' && <code.module.CodePane project={project} desk={desk} />}
        {showsCode && code.state !== 'there' && (
          <div class="panel">
            <p role="status">{code.state === 'failed' ? strings.sheet.loadFailed : strings.code.loading}</p>
          </div>
        )}
      </div>
      {showsStrip && strip.state === 'there' && <strip.module.VersionsStrip project={project} desk={desk} />}
      {showsStrip && strip.state !== 'there' && (
        <p class="strip-wait" role="status">
          {strip.state === 'failed' ? strings.sheet.loadFailed : strings.versions.loading}
        </p>
      )}
    </>
  );
}
