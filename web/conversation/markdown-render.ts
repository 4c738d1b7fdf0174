import DOMPurify from 'dompurify';
import { Marked, type Token } from 'marked';
import { strings } from '../strings/strings.ts';
import { highlightCode } from './highlight-code.ts';
import { isParsedAgain, isTooDense } from './markdown-plan.ts';

/** A top-level block (paragraph, list, code block …): its source and its DOM nodes. */
export interface MarkdownBlock {
  raw: string;
  nodes: Node[];
  /** Whether it is shown as it stands. */
  isPlain?: boolean;
}

const allowedTags = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
  ...['em', 'strong', 'del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** Raw HTML is shown as text, and an image as its description: fetching a remote image would reveal the reader to its host. */
const marked = new Marked({
  renderer: { html: ({ text }) => escapeHtml(text), image: ({ text }) => escapeHtml(text) },
});

// Configured once: parsing the configuration on each call would cost more than sanitising.
DOMPurify.setConfig({
  ALLOWED_TAGS: [...allowedTags, 'div'],
  ALLOWED_ATTR: ['href', 'start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
});

/**
 * Sanitises rendered blocks: a second line of defence behind the escaping renderer. Links open in a new tab without a referrer.
 *
 * @param blocks HTML of each block. They are sanitised in one pass, since each pass creates a document of its own.
 * @returns the nodes of each block, in the same order
 */
function sanitize(blocks: readonly string[]): Node[][] {
  if (blocks.length === 0) return [];
  const html = blocks.map((block) => `<div>${block}</div>`).join('');
  const clean = DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true });
  for (const link of clean.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
  return [...clean.children].map((block) => [...block.childNodes]);
}

/** A code block with its language and a copy button. `Markdown` handles the button's clicks. */
function codeBlock(text: string, language: string): Node {
  const figure = document.createElement('figure');
  figure.className = 'code';
  const head = document.createElement('figcaption');
  const name = document.createElement('span');
  name.textContent = language;
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'text-button';
  copy.dataset.copy = 'code';
  copy.textContent = strings.talk.copy;
  copy.ariaLabel = strings.talk.copyCode;
  head.append(name, copy);
  const code = document.createElement('code');
  code.textContent = text;
  const pre = document.createElement('pre');
  pre.append(code);
  figure.append(head, pre);
  void highlightCode(code, language);
  return figure;
}

/** The nodes of each token, in the same order. */
function nodesOf(tokens: readonly Token[]): Node[][] {
  const prose = tokens.filter(({ type }) => type !== 'code' && type !== 'space');
  const rendered = new Map(
    sanitize(prose.map((token) => marked.parser([token]))).map((nodes, at) => [prose[at], nodes]),
  );
  return tokens.map((token) => {
    if (token.type !== 'code') return rendered.get(token) ?? [];
    return [codeBlock(String(token.text), String(token.lang ?? '').split(/\s/, 1)[0] ?? '')];
  });
}

/** Text as it stands: what cannot be parsed, or is not yet. */
function plainBlock(raw: string): MarkdownBlock {
  const paragraph = document.createElement('p');
  paragraph.style.whiteSpace = 'pre-wrap';
  paragraph.textContent = raw;
  return { raw, nodes: [paragraph], isPlain: true };
}

/** Blocks at the end that further text may still change: a paragraph into a heading, two lists into one. */
const OPEN_BLOCKS = 3;

/**
 * Renders Markdown incrementally, block by block. Unchanged blocks keep their nodes, and of a text that has only grown just the last
 * blocks are parsed again: a long answer costs as much as its newest paragraph, and a selection above it survives.
 *
 * What is nested too deeply for the parser is shown as it stands. Of a block that has grown long, what is new is, too, until there is more.
 *
 * @param previous the blocks that the last call returned for this text
 * @param isComplete whether the text has ended: then it is parsed as a whole, since a link may be defined at the very end
 */
export function renderMarkdown(
  source: string,
  previous: readonly MarkdownBlock[],
  isComplete: boolean,
): MarkdownBlock[] {
  const unchanged: MarkdownBlock[] = [];
  let offset = 0;
  const parsed = previous.filter(({ isPlain }) => !isPlain);
  if (!isComplete) {
    const open = parsed.slice(-OPEN_BLOCKS).reduce((chars, { raw }) => chars + raw.length, 0);
    const closed = parsed.slice(0, -OPEN_BLOCKS).reduce((chars, { raw }) => chars + raw.length, 0);
    if (!isParsedAgain(source.length - closed, open) && source.startsWith(parsed.map(({ raw }) => raw).join('')))
      return [...parsed, plainBlock(source.slice(closed + open))];
  }
  for (const block of isComplete ? [] : parsed.slice(0, -OPEN_BLOCKS)) {
    if (!source.startsWith(block.raw, offset)) break;
    unchanged.push(block);
    offset += block.raw.length;
  }
  const rest = source.slice(offset);
  try {
    return [
      ...unchanged,
      ...(isTooDense(rest) ? [plainBlock(rest)] : parseBlocks(rest, parsed.slice(unchanged.length), isComplete)),
    ];
  } catch {
    return [...unchanged, plainBlock(rest)];
  }
}

/** @param previous the blocks of this text that were parsed before: those that are the same keep their nodes */
function parseBlocks(source: string, previous: readonly MarkdownBlock[], isComplete: boolean): MarkdownBlock[] {
  const tokens = marked.lexer(source);
  const definesLinks = isComplete && Object.keys(tokens.links).length > 0;
  const reused = tokens.map((token, index) => {
    const old = previous[index];
    return old?.raw === token.raw && !definesLinks ? old : null;
  });
  const rendered = nodesOf(tokens.filter((_, index) => !reused[index]));
  return tokens.map((token, index) => reused[index] ?? { raw: token.raw, nodes: rendered.shift() ?? [] });
}
