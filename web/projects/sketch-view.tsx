import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Sketch } from '../../src/protocol/sketch.ts';

/** Canvas size in pixels: sharp on a dense screen at the width of a card. */
const CANVAS_WIDTH = 480;
const CANVAS_HEIGHT = 300;
/** Smallest font size drawn as text; smaller text is drawn as a bar. Canvas pixels. */
const MIN_TEXT_PX = 10;

function drawSketch(context: CanvasRenderingContext2D, { aspect, ground, shapes }: Sketch): void {
  context.reset();
  context.fillStyle = ground;
  context.fillRect(0, 0, CANVAS_WIDTH, CANVAS_HEIGHT);
  // A portrait viewport is fitted to the canvas's height, a landscape one to its width and cropped at the bottom.
  const appWidth = aspect < 1 ? CANVAS_HEIGHT * aspect : CANVAS_WIDTH;
  const appHeight = appWidth / aspect;
  context.translate((CANVAS_WIDTH - appWidth) / 2, 0);
  for (const { x, y, w, h, kind, fill, words } of shapes) {
    const [left = 0, top = 0, width = 0, height = 0] = [x * appWidth, y * appHeight, w * appWidth, h * appHeight].map(
      (value) => value / 1000,
    );
    context.fillStyle = fill;
    context.globalAlpha = kind === 'image' ? 0.7 : 1;
    // The height of a text shape is about half of its font size.
    const size = height * 1.7;
    if (words && size >= MIN_TEXT_PX) {
      context.font = `600 ${size}px system-ui, sans-serif`;
      context.fillText(words, left, top + height, width);
    } else context.fillRect(left, top, width, height);
  }
}

/** A thumbnail of an app, drawn from the shapes last recorded of its page. */
export function SketchView({ sketch }: { sketch: Sketch }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) drawSketch(context, sketch);
  }, [sketch]);
  return <canvas ref={canvas} class="sketch" width={CANVAS_WIDTH} height={CANVAS_HEIGHT} />;
}
