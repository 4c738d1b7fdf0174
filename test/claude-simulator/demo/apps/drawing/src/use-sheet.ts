import { useEffect, useRef, useState } from 'preact/hooks';
import { drawStroke, type Stroke } from './ink';

const key = 'scrap-strokes';

function load(): Stroke[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as Stroke[];
  } catch {
    return [];
  }
}

/** The sheet: its strokes, what was undone, and the canvas that shows them. A cleared sheet can be undone too. */
export function useSheet() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const current = useRef<Stroke | null>(null);
  const [steps, setSteps] = useState<{ past: Stroke[][]; strokes: Stroke[]; future: Stroke[][] }>(() => ({
    past: [],
    strokes: load(),
    future: [],
  }));
  const { past, strokes, future } = steps;

  const paint = () => {
    const context = canvas.current?.getContext('2d');
    if (!canvas.current || !context) return;
    context.clearRect(0, 0, canvas.current.width, canvas.current.height);
    for (const stroke of strokes) drawStroke(context, stroke);
    if (current.current) drawStroke(context, current.current);
  };

  useEffect(() => {
    paint();
    try {
      localStorage.setItem(key, JSON.stringify(strokes));
    } catch {
      // A full or denied storage only means that the sheet is not kept.
    }
  }, [strokes]);

  useEffect(() => {
    const fit = () => {
      const sheet = canvas.current;
      if (!sheet) return;
      sheet.width = sheet.clientWidth * devicePixelRatio;
      sheet.height = sheet.clientHeight * devicePixelRatio;
      sheet.getContext('2d')?.scale(devicePixelRatio, devicePixelRatio);
      paint();
    };
    fit();
    addEventListener('resize', fit);
    return () => removeEventListener('resize', fit);
  });

  const change = (next: Stroke[]) =>
    setSteps((now) => ({ past: [...now.past, now.strokes], strokes: next, future: [] }));

  return {
    canvas,
    strokes,
    canUndo: past.length > 0 || strokes.length > 0,
    canRedo: future.length > 0,
    begin: (stroke: Stroke) => {
      current.current = stroke;
      paint();
    },
    extend: (points: Stroke['points']) => {
      current.current?.points.push(...points);
      paint();
    },
    end: () => {
      const stroke = current.current;
      current.current = null;
      if (stroke) change([...strokes, stroke]);
    },
    clear: () => strokes.length > 0 && change([]),
    undo: () =>
      setSteps((now) => {
        // A sheet from an earlier visit has no past of its own: its strokes go one by one.
        const previous = now.past.at(-1) ?? now.strokes.slice(0, -1);
        if (now.past.length === 0 && now.strokes.length === 0) return now;
        return { past: now.past.slice(0, -1), strokes: previous, future: [...now.future, now.strokes] };
      }),
    redo: () =>
      setSteps((now) => {
        const next = now.future.at(-1);
        if (!next) return now;
        return { past: [...now.past, now.strokes], strokes: next, future: now.future.slice(0, -1) };
      }),
  };
}
