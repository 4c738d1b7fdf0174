export interface Point {
  x: number;
  y: number;
  /** 0 to 1. */
  pressure: number;
}

export interface Stroke {
  colour: string;
  width: number;
  points: Point[];
}

/** Draws a stroke through the middles of its points, so that corners of the hand become curves. */
export function drawStroke(context: CanvasRenderingContext2D, { colour, width, points }: Stroke): void {
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const [first] = points;
  if (!first) return;
  if (points.length === 1) {
    context.beginPath();
    context.arc(first.x, first.y, (width * weight(first)) / 2, 0, Math.PI * 2);
    context.fill();
    return;
  }
  let from = first;
  for (const [index, point] of points.entries()) {
    const next = points[index + 1] ?? point;
    const to = { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2, pressure: point.pressure };
    context.beginPath();
    context.lineWidth = width * weight(point);
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(point.x, point.y, to.x, to.y);
    context.stroke();
    from = to;
  }
}

function weight({ pressure }: Point): number {
  return 0.4 + pressure * 1.2;
}
