import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { createFrameSwapper } from './frame-swapper.ts';
import type { PreviewController } from './preview-controller.ts';
import { ProblemCard } from './problem-card.tsx';
import { fitting, type Size, type ViewState } from './view-state.ts';

const words = strings.sheet;

/** Size of the space available to the preview, and a ref for the element that it is measured on. */
function useAvailableSize() {
  const [available, setAvailable] = useState<Size>({ width: 0, height: 0 });
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new ResizeObserver((entries) => {
      const box = entries.at(-1)?.contentRect;
      if (box) setAvailable({ width: box.width, height: box.height });
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return { available, element };
}

/** Sizes the frame like the chosen device, in CSS pixels, and scales it down to the available space. */
function useDeviceWindow(viewState: ViewState, available: Size) {
  const scaledBox = useRef<HTMLDivElement>(null);
  const frameContainer = useRef<HTMLDivElement>(null);
  const size = viewState.size.value;
  const scale = size && viewState.fits.value ? fitting(size, available) : 1;
  useLayoutEffect(() => {
    if (!scaledBox.current || !frameContainer.current) return;
    const px = (value: number) => (size ? `${value}px` : '');
    Object.assign(scaledBox.current.style, {
      width: px((size?.width ?? 0) * scale),
      height: px((size?.height ?? 0) * scale),
    });
    Object.assign(frameContainer.current.style, {
      width: px(size?.width ?? 0),
      height: px(size?.height ?? 0),
      transform: size && scale !== 1 ? `scale(${scale})` : '',
    });
  }, [size, scale]);
  return { scaledBox, frameContainer, size, scale };
}

interface Props {
  project: Project;
  controller: PreviewController;
  viewState: ViewState;
}

/** The app's frame, at the chosen device size, with its empty, lost and error states. */
export function PreviewFrame({ project, controller, viewState }: Props) {
  const { available, element } = useAvailableSize();
  const { scaledBox, frameContainer, size, scale } = useDeviceWindow(viewState, available);
  const url = project.previewUrl.value;
  const revision = controller.revision.value;
  const version = viewState.looking.value;
  const isRunning = project.running.value;
  const isRedrawing = controller.isRedrawing.value;

  useLayoutEffect(() => {
    if (frameContainer.current) controller.mount(frameContainer.current, createFrameSwapper);
    return () => controller.unmount();
  }, [controller]);
  useEffect(() => controller.update(url, revision, version), [controller, url, revision, version]);

  const isDrawing = (isRunning && version === null) || isRedrawing;
  const classNames = ['sheet', isDrawing && 'is-drawing', size && 'has-size', version !== null && 'is-old'];
  return (
    <div class={classNames.filter(Boolean).join(' ')} inert={viewState.pane.value !== 'app'}>
      <div class="stage-room" ref={element}>
        <div class="paper" ref={scaledBox}>
          <div class="stage" ref={frameContainer} />
          {revision === 0 && (
            <div class="sheet-empty">
              <p class="empty-heading">{words.empty}</p>
              <p>{isRunning ? words.emptyRunning : words.emptyHint}</p>
            </div>
          )}
          {controller.isLost.value && (
            <div class="sheet-empty" role="status">
              <p class="empty-heading">{words.lost}</p>
              <p>{words.lostHint}</p>
              <button type="button" class="button" onClick={() => controller.reload()}>
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
      {!isRunning && !isRedrawing && !controller.isLost.value && version === null && (
        <ProblemCard project={project} controller={controller} viewState={viewState} />
      )}
    </div>
  );
}
