import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { strings } from '../strings/strings.ts';
import { localStart, type SpendingDay } from './spending-by-day.ts';

const words = strings.creditPage;

const height = 160;

/** The page's own colours, as the canvas needs them. */
function coloursOf(element: Element): { ink: string; rule: string; line: string; fill: string } {
  const probe = document.createElement('span');
  element.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    ink: colour('--quiet'),
    rule: colour('--rule'),
    line: colour('--pencil'),
    fill: colour('--pencil-soft'),
  };
  probe.remove();
  return colours;
}

/** Bars of the credits of each day, in the colours of the page's scheme. */
export function DayPlot({ days }: { days: readonly SpendingDay[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    let colours = coloursOf(element);
    const ink = () => colours.ink;
    const rule = () => colours.rule;
    const axis = { stroke: ink, grid: { stroke: rule, width: 1 }, ticks: { stroke: rule, width: 1 } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height,
        legend: { show: false },
        cursor: { show: false },
        scales: {
          x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
          y: { range: (_, __, max) => [0, max * 1.1] },
        },
        axes: [
          {
            ...axis,
            grid: { show: false },
            space: 60,
            incrs: [1, 2, 5, 7, 14, 30, 60, 120],
            values: (_, indexes) =>
              indexes.map((index) => (days[index] ? words.dayOf(localStart(days[index].key)) : '')),
          },
          { ...axis, size: 52, values: (_, values) => values.map((value) => words.count(value)) },
        ],
        series: [
          {},
          {
            stroke: () => colours.line,
            fill: () => colours.fill,
            ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.7, 40] }) }),
            points: { show: false },
          },
        ],
      },
      // A day of nothing has no bar, not even a flat one.
      [days.map((_, index) => index), days.map(({ credits }) => credits || null)],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const repaint = () => {
      colours = coloursOf(element);
      plot.redraw(false);
    };
    dark.addEventListener('change', repaint);
    return () => {
      dark.removeEventListener('change', repaint);
      resized.disconnect();
      plot.destroy();
    };
  }, [days]);
  return <div ref={place} />;
}
