/** A start tag of an HTML text, with its position. */
export interface Tag {
  /** Lower case. */
  name: string;
  start: number;
  /** Index after its `>`. */
  end: number;
  /** Names in lower case; of duplicates, the first counts. */
  attributes: ReadonlyMap<string, string>;
  /** For {@link rawTextElements}: index of the end tag. For other elements: `end`. */
  textEnd: number;
}

const rawTextElements = new Set([
  'script',
  'style',
  'title',
  'textarea',
  'xmp',
  'noembed',
  'noframes',
  'iframe',
  // With scripts, as an app has them.
  'noscript',
  'template',
]);
const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:(amp|lt|gt|quot|apos)|#x([\da-f]{1,6})|#(\d{1,7}));/gi, (all, name, hex, decimal) => {
    if (name !== undefined) return entities[name.toLowerCase()] ?? all;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : all;
  });
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const match of text.matchAll(/([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/g)) {
    const name = (match[1] ?? '').toLowerCase();
    if (!attributes.has(name)) attributes.set(name, decodeEntities(match[2] ?? match[3] ?? match[4] ?? ''));
  }
  return attributes;
}

/**
 * The start tags of an HTML text in order. Skips comments and the contents of raw-text elements. Takes linear time for any text.
 */
export function scanTags(html: string): Tag[] {
  const tags: Tag[] = [];
  const opening = /<!--|<[a-zA-Z]/g;
  // What follows the name ends it: no shorter name is tried where the tag has no end.
  const whole = /<([a-zA-Z][^\s/>]*)(?=[\s/>])((?:[^>"']|"[^"]*"|'[^']*')*)>/y;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    if (found[0] === '<!--') {
      const close = html.indexOf('-->', found.index); // `<!-->` is a whole comment.
      if (close < 0) break;
      opening.lastIndex = close + 3;
      continue;
    }
    whole.lastIndex = found.index;
    const match = whole.exec(html);
    // An unclosed tag swallows the rest of the text, as in a browser.
    if (!match?.[1]) break;
    const name = match[1].toLowerCase();
    const end = whole.lastIndex;
    let textEnd = end;
    if (rawTextElements.has(name)) {
      const close = new RegExp(`</${name}[\\s/>]`, 'gi');
      close.lastIndex = end;
      textEnd = close.exec(html)?.index ?? html.length;
    }
    opening.lastIndex = textEnd;
    tags.push({ name, start: found.index, end, attributes: parseAttributes(match[2] ?? ''), textEnd });
  }
  return tags;
}

/** The author's own import map: its text and its start tag. */
export function findImportMap(html: string, tags: readonly Tag[]): { tag: Tag; text: string } | null {
  const tag = tags.find((one) => one.name === 'script' && one.attributes.get('type')?.toLowerCase() === 'importmap');
  return tag ? { tag, text: html.slice(tag.end, tag.textEnd) } : null;
}
