import { scanTags } from '../../preview/html-scan.ts';
import { isBlank } from '../../protocol/is-blank.ts';
import { limits } from '../../protocol/limits.ts';
import { truncateText } from '../../protocol/truncate-text.ts';

/** Titles that say nothing about an app: those of templates, and placeholders. */
const genericTitle =
  /^(?:vite(?: app|(?: ?\+ ?[\w.+ ]+)?)|(?:react|preact|vue|svelte|solid)(?: app)?|(?:my |new |untitled )?(?:app|document|page|project|website)|untitled|title|home|index(?:\.html)?)$/i;

const namedEntities: Record<string, string> = {
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

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (all, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[name] ?? all;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0x1f && point <= 0x10ffff && (point < 0xd800 || point > 0xdfff) ? String.fromCodePoint(point) : '';
  });
}

/** The `<title>` of an app's page, truncated to the length of a project's title; null where it is missing or generic. */
export function appTitle(html: string): string | null {
  const tags = scanTags(html);
  const body = tags.find(({ name }) => name === 'body' || name === 'svg')?.start ?? html.length;
  const tag = tags.find(({ name, start }) => name === 'title' && start < body);
  if (!tag) return null;
  const title = decodeEntities(html.slice(tag.end, tag.textEnd)).replace(/\s+/g, ' ').trim();
  if (isBlank(title) || genericTitle.test(title)) return null;
  return truncateText(title, limits.titleChars);
}
