import { scanTags } from '../../preview/html-scan.ts';
import { limits } from '../../protocol/limits.ts';

/** Titles that say nothing: those of templates and of pages that nobody has named. */
const nameless =
  /^(?:vite(?: app|(?: ?\+ ?[\w.+ ]+)?)|(?:react|preact|vue|svelte|solid)(?: app)?|(?:my |new |untitled )?(?:app|document|page|project|website)|untitled|title|home|index(?:\.html)?)$/i;

const named: Record<string, string> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  middot: '·',
  ndash: '–',
  mdash: '—',
  hellip: '…',
};

function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return named[name] ?? all;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : '';
  });
}

/** The title that an app's page gives itself, at most as long as a project's may be; null where it has none that says anything. */
export function appTitle(html: string): string | null {
  const tags = scanTags(html);
  const body = tags.find(({ name }) => name === 'body' || name === 'svg')?.start ?? html.length;
  const tag = tags.find(({ name, start }) => name === 'title' && start < body);
  if (!tag) return null;
  const title = decode(html.slice(tag.end, tag.textEnd)).replace(/\s+/g, ' ').trim();
  if (title === '' || nameless.test(title)) return null;
  const points = [...title];
  return points.length <= limits.titleChars ? title : `${points.slice(0, limits.titleChars - 1).join('')}…`;
}
