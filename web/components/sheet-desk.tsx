import '../styles/sheet.css';
import type { Desk } from '../state/desk.ts';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { ContainerLine } from './container-line.tsx';
import { Sheet } from './sheet.tsx';
import { SheetBar } from './sheet-bar.tsx';
import { SheetLook } from './sheet-look.tsx';
import { SheetPointing } from './sheet-pointing.tsx';
import { SheetToolbar } from './sheet-toolbar.tsx';
import type { StageHost } from './stage-host.ts';
import { StageNotice } from './stage-notice.tsx';
import { useModule } from './use-module.ts';

const loadCode = () => import('./code-pane.tsx');
const loadStrip = () => import('./versions-strip.tsx');

interface Props {
  project: Project;
  host: StageHost;
  desk: Desk;
}

/** The desk: the sheet with the app, its code, and the versions underneath. */
export function SheetDesk({ project, host, desk }: Props) {
  const showsCode = desk.pane.value === 'code';
  const showsStrip = desk.strip.value;
  const code = useModule(loadCode, showsCode);
  const strip = useModule(loadStrip, showsStrip);
  return (
    <>
      <SheetBar project={project} desk={desk} />
      {showsCode ? <div key="bare" /> : <SheetToolbar project={project} host={host} desk={desk} />}
      <div key="news">
        <StageNotice host={host} />
        <SheetPointing host={host} />
        <SheetLook project={project} desk={desk} />
        <ContainerLine project={project} />
      </div>
      {/* By a key of its own: taken for another element that comes or goes, it would be made anew, and the app in it begin again. */}
      <div key="top" class="desk-top">
        <Sheet project={project} host={host} desk={desk} />
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
