/** SVG paths, one for each example idea, in the order of `strings.landing.ideas`. */
const ideaPaths = [
  // A tea timer: a cup, its steam, a dial.
  'M14 30c0 14 4 22 15 22s15-8 15-22zM44 34c7-1 9 11-2 12M22 23c-3-4 3-6 0-11M32 23c-3-4 3-6 0-11M64 18a13 13 0 1 0 .1 0M64 23v8l6 4',
  // A habit tracker: rows of boxes, some ticked.
  'M8 12h14M8 31h14M8 50h14M32 6h11v11H32zM52 6h11v11H52zM72 6h11v11H72zM32 25h11v11H32zM52 25h11v11H52zM32 44h11v11H32zM72 44h11v11H72zM34 11l3 4 8-11M54 30l3 4 8-11M34 30l3 4 8-11M74 49l3 4 8-11',
  // A bike shop.
  'M24 30a13 13 0 1 0 .1 0M68 30a13 13 0 1 0 .1 0M24 43l12-22h22M68 43L56 14h-6M36 21l11 22L58 21M24 43h23M31 17h9',
  // A drawing pad: a sheet, a scribble, a pencil.
  'M10 8h52v46H10zM17 42c6-18 10-22 14-19s-6 16-1 17 7-11 12-10M52 37L80 6l7 6-28 30-9 3z',
  // Planets.
  'M40 17a14 14 0 1 0 .1 0M18 42c-9 9 4 10 24-1s30-24 20-23M74 10a5 5 0 1 0 .1 0M10 12v6M7 15h6M82 46v6M79 49h6',
];

/** A pencil drawing of what an idea might become. */
export function IdeaSketch({ index }: { index: number }) {
  return (
    <svg class="idea-sketch" viewBox="0 0 94 60" aria-hidden="true">
      <path d={ideaPaths[index % ideaPaths.length]} pathLength="1" />
    </svg>
  );
}
