import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { ProblemCard } from './problem-card.tsx';
import type { StageHost } from './stage-host.ts';

const words = strings.sheet;

/** The sheet of paper that the app is drawn on, with marks at its corners. */
export function Sheet({ project, host }: { project: Project; host: StageHost }) {
  const stage = useRef<HTMLDivElement>(null);
  const url = project.previewUrl.value;
  const revision = host.revision.value;
  const isRunning = project.running.value;
  const isRedrawing = host.isRedrawing.value;

  useLayoutEffect(() => {
    if (stage.current) host.mount(stage.current);
    return () => host.unmount();
  }, [host]);
  useEffect(() => host.update(url, revision), [host, url, revision]);

  return (
    <div class={isRunning || isRedrawing ? 'sheet is-drawing' : 'sheet'}>
      <div class="stage" ref={stage} />
      {revision === 0 && (
        <div class="sheet-empty">
          <p class="empty-heading">{words.empty}</p>
          <p>{isRunning ? words.emptyRunning : words.emptyHint}</p>
        </div>
      )}
      {host.isLost.value && (
        <div class="sheet-empty" role="status">
          <p class="empty-heading">{words.lost}</p>
          <p>{words.lostHint}</p>
          <button type="button" class="button" onClick={() => host.reload()}>
            {words.backToApp}
          </button>
        </div>
      )}
      <p class="visually-hidden" role="status">
        {isRedrawing ? words.redrawing : ''}
      </p>
      {!isRunning && !isRedrawing && !host.isLost.value && <ProblemCard project={project} host={host} />}
    </div>
  );
}
