import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { Sketch } from '../../src/protocol/sketch.ts';
import { takeStart } from '../../src/protocol/truncate-text.ts';
import { bridgeAttribute } from './page-snapshot.ts';

type Shape = Sketch['shapes'][number];

const skippedTags = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'LINK', 'META', 'HEAD', 'TITLE']);
const pictureTags = new Set(['img', 'svg', 'canvas', 'video', 'iframe', 'object']);
/** Elements visited at the most. */
const maxElements = 1500;
/** Smallest area of a shape, in thousandths of the width times thousandths of the height. */
const minArea = 24;
/** Smallest height of a line whose words are readable in the sketch, as a fraction of the window's height. */
const minWordsHeight = 0.02;
/** Characters of such a line. */
const maxWordsChars = 40;

/** Converts CSS colours to red, green, blue and alpha (0 to 255), by painting them. */
function createColours(): (css: string) => readonly [number, number, number, number] {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const known = new Map<string, readonly [number, number, number, number]>();
  return (css) => {
    const found = known.get(css);
    if (found || !context) return found ?? [128, 128, 128, 255];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = '#0000';
    context.fillStyle = css;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0, alpha = 0] = context.getImageData(0, 0, 1, 1).data;
    const colour = [red, green, blue, alpha] as const;
    known.set(css, colour);
    return colour;
  };
}

function hex(red: number, green: number, blue: number): string {
  return `#${[red, green, blue].map((one) => Math.round(one).toString(16).padStart(2, '0')).join('')}`;
}

/** Reduces the visible page to a few rectangles and its large words. */
export function drawSketch(): Sketch {
  const colourOf = createColours();
  const shapes: Shape[] = [];
  const width = Math.max(1, innerWidth);
  const height = Math.max(1, innerHeight);
  const ground = groundColour(colourOf);

  const add = (kind: Shape['kind'], rect: DOMRect, css: string, against: string, words = ''): void => {
    const [red, green, blue, alpha] = colourOf(css);
    if (alpha < 16 || shapes.length >= bridgeLimits.shapes) return;
    const part = (value: number, whole: number) => Math.round(Math.min(1, Math.max(0, value / whole)) * 1000);
    const x = part(rect.left, width);
    const y = part(rect.top, height);
    const w = part(rect.right, width) - x;
    const h = part(rect.bottom, height) - y;
    const fill = alpha > 250 ? hex(red, green, blue) : mix([red, green, blue], against, alpha / 255);
    if (w <= 0 || h <= 0 || w * h < minArea || (kind === 'box' && fill === against)) return;
    shapes.push({ x, y, w, h, kind, fill, ...(words && { words }) });
  };

  let seen = 0;
  const visit = (element: Element, behind: string): void => {
    seen += 1;
    if (seen > maxElements || shapes.length >= bridgeLimits.shapes) return;
    if (skippedTags.has(element.tagName) || element.hasAttribute(bridgeAttribute)) return;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) return;
    const rect = element.getBoundingClientRect();
    const outside = rect.bottom < 0 || rect.top > height || rect.right < 0 || rect.left > width;
    const style = getComputedStyle(element);
    if (outside && style.overflow !== 'visible') return;
    const tag = element.tagName.toLowerCase();
    let under = behind;
    if (pictureTags.has(tag)) {
      add('image', rect, tag === 'svg' ? style.color : '#9aa4a8', behind);
      return;
    }
    const [red, green, blue, alpha] = colourOf(style.backgroundColor);
    if (alpha > 16) {
      add('box', rect, style.backgroundColor, behind);
      under = alpha > 250 ? hex(red, green, blue) : mix([red, green, blue], behind, alpha / 255);
    } else if (style.backgroundImage !== 'none') {
      const first = /(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\([^()]*\)|#[0-9a-f]{3,8}/i.exec(style.backgroundImage);
      add('image', rect, first?.[0] ?? '#b9c0c2', behind);
    } else if (Number.parseFloat(style.borderTopWidth) > 0 && style.borderTopStyle !== 'none') {
      add('box', new DOMRect(rect.x, rect.bottom - 1, rect.width, 2), style.borderBottomColor, behind);
    }
    for (const child of element.childNodes) {
      if (child instanceof Element) visit(child, under);
      else if (child instanceof Text && child.data.trim() !== '') lines(child, style.color, under);
    }
  };

  const lines = (text: Text, css: string, behind: string): void => {
    const range = document.createRange();
    range.selectNodeContents(text);
    const rects = [...range.getClientRects()].slice(0, 4);
    for (const line of rects) {
      // Only for a single line: of several, the line breaks are unknown.
      const isReadable = rects.length === 1 && line.height >= height * minWordsHeight;
      const words = isReadable ? takeStart(text.data.trim(), maxWordsChars) : '';
      // The letters fill about half of their line.
      add('text', new DOMRect(line.x, line.y + line.height * 0.25, line.width, line.height * 0.5), css, behind, words);
    }
  };

  if (document.body) visit(document.body, ground);
  return { aspect: Math.min(10, Math.max(0.1, width / height)), ground, shapes };
}

/** The background of the window: the root's own colour, or else the body's. */
function groundColour(colourOf: ReturnType<typeof createColours>): string {
  for (const element of [document.documentElement, document.body]) {
    if (!element) continue;
    const [red, green, blue, alpha] = colourOf(getComputedStyle(element).backgroundColor);
    if (alpha > 16) return mix([red, green, blue], '#ffffff', alpha / 255);
  }
  return '#ffffff';
}

/** Blends one colour over another. */
function mix(over: readonly [number, number, number], under: string, alpha: number): string {
  const parts = [1, 3, 5].map((at) => Number.parseInt(under.slice(at, at + 2), 16));
  const [red = 0, green = 0, blue = 0] = over.map((one, index) => one * alpha + (parts[index] ?? 0) * (1 - alpha));
  return hex(red, green, blue);
}
