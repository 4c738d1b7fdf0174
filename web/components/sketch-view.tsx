import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Sketch } from '../../src/protocol/bridge.ts';

/** Pixels of the picture: sharp on a dense screen at the width of a card. */
const WIDTH = 480;
const HEIGHT = 300;

function draw(context: CanvasRenderingContext2D, { aspect, ground, shapes }: Sketch): void {
  context.reset();
  context.fillStyle = ground;
  context.fillRect(0, 0, WIDTH, HEIGHT);
  // As wide as the picture, from the top; a tall window is cut below.
  const tall = WIDTH / aspect;
  for (const { x, y, w, h, kind, fill } of shapes) {
    const place = [x * WIDTH, y * tall, w * WIDTH, h * tall].map((value) => value / 1000) as [
      number,
      number,
      number,
      number,
    ];
    context.fillStyle = fill;
    context.globalAlpha = kind === 'image' ? 0.7 : 1;
    context.fillRect(...place);
  }
}

/** A small picture of an app, from the marks that its page was made of when it was last seen. */
export function SketchView({ sketch }: { sketch: Sketch }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context) draw(context, sketch);
  }, [sketch]);
  return <canvas ref={canvas} class="sketch" width={WIDTH} height={HEIGHT} />;
}
