import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { createFrameSwapper } from './frame-swapper.ts';
import type { PreviewController } from './preview-controller.ts';
import { ProblemCard } from './problem-card.tsx';
import { fitting, type Size, type ViewState } from './view-state.ts';

const words = strings.sheet;

function useRoom() {
  const [room, setRoom] = useState<Size>({ width: 0, height: 0 });
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (box) setRoom({ width: box.width, height: box.height });
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { room, element };
}

/** Gives the stage the size of a device, in true CSS pixels, and scales it into the room. */
function useWindow(desk: ViewState, room: Size) {
  const outer = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const size = desk.size.value;
  const scale = size && desk.fits.value ? fitting(size, room) : 1;
  useLayoutEffect(() => {
    if (!outer.current || !stage.current) return;
    const px = (value: number) => (size ? `${value}px` : '');
    Object.assign(outer.current.style, {
      width: px((size?.width ?? 0) * scale),
      height: px((size?.height ?? 0) * scale),
    });
    Object.assign(stage.current.style, {
      width: px(size?.width ?? 0),
      height: px(size?.height ?? 0),
      transform: size && scale !== 1 ? `scale(${scale})` : '',
    });
  }, [size, scale]);
  return { outer, stage, size, scale };
}

interface Props {
  project: Project;
  host: PreviewController;
  desk: ViewState;
}

/** The sheet of paper that the app is drawn on. */
export function PreviewFrame({ project, host, desk }: Props) {
  const { room, element } = useRoom();
  const { outer, stage, size, scale } = useWindow(desk, room);
  const url = project.previewUrl.value;
  const revision = host.revision.value;
  const version = desk.looking.value;
  const isRunning = project.running.value;
  const isRedrawing = host.isRedrawing.value;

  useLayoutEffect(() => {
    if (stage.current) host.mount(stage.current, createFrameSwapper);
    return () => host.unmount();
  }, [host]);
  useEffect(() => host.update(url, revision, version), [host, url, revision, version]);

  const isDrawing = (isRunning && version === null) || isRedrawing;
  const names = ['sheet', isDrawing && 'is-drawing', size && 'has-size', version !== null && 'is-old'];
  return (
    <div class={names.filter(Boolean).join(' ')} inert={desk.pane.value !== 'app'}>
      <div class="stage-room" ref={element}>
        <div class="paper" ref={outer}>
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
        </div>
      </div>
      {size && scale < 1 && <p class="sheet-scale">{words.scale(scale)}</p>}
      <p class="visually-hidden" role="status">
        {isRedrawing ? words.redrawing : ''}
      </p>
      {!isRunning && !isRedrawing && !host.isLost.value && version === null && (
        <ProblemCard project={project} host={host} desk={desk} />
      )}
    </div>
  );
}
