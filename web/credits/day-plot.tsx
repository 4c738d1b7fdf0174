import 'uplot/dist/uPlot.min.css';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { strings } from '../strings/strings.ts';

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

/** Bars of the credits of each day. The table beside it has the same numbers, so it is hidden from assistive technology. */
export function DayPlot({ days }: { days: readonly { day: number; credits: number }[] }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const { ink, rule, line, fill } = coloursOf(element);
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
            values: (_, indexes) => indexes.map((index) => (days[index] ? words.dayOf(days[index].day) : '')),
          },
          { ...axis, size: 52, values: (_, values) => values.map((value) => words.count(value)) },
        ],
        series: [
          {},
          {
            stroke: line,
            fill,
            ...(uPlot.paths.bars && { paths: uPlot.paths.bars({ size: [0.7, 40] }) }),
            points: { show: false },
          },
        ],
      },
      [days.map((_, index) => index), days.map(({ credits }) => credits)],
      element,
    );
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [days]);
  return <div class="day-plot" aria-hidden="true" ref={place} />;
}
