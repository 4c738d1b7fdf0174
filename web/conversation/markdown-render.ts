import DOMPurify from 'dompurify';
import { Marked, type Token } from 'marked';
import { strings } from '../strings/strings.ts';
import { colourCode } from './highlight-code.ts';

/** One paragraph, list, code block … with the source it came from. */
export interface MarkdownBlock {
  raw: string;
  nodes: Node[];
}

const allowedTags = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'code'],
  ...['em', 'strong', 'del', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
];

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escapeHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** HTML in an answer is shown as it is written, and of an image its description: a remote one would tell others who reads. */
const marked = new Marked({
  renderer: { html: ({ text }) => escapeHtml(text), image: ({ text }) => escapeHtml(text) },
});

// Read once: with each call it would cost more than the cleaning.
DOMPurify.setConfig({
  ALLOWED_TAGS: [...allowedTags, 'div'],
  ALLOWED_ATTR: ['href', 'start', 'align'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
  RETURN_DOM_FRAGMENT: true,
});

/**
 * The second lock. Links open beside the app and say nothing of it.
 *
 * @param blocks HTML of each: it goes through in one piece, since each pass makes a document of its own
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

/** A block of code with its language and a button that copies it; {@link Markdown} hears the button. */
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
  void colourCode(code, language);
  return figure;
}

/** The nodes of each token. */
function nodesOf(tokens: readonly Token[]): Node[][] {
  const prose = tokens.filter(({ type }) => type !== 'code' && type !== 'space');
  const made = new Map(sanitize(prose.map((token) => marked.parser([token]))).map((nodes, at) => [prose[at], nodes]));
  return tokens.map((token) => {
    if (token.type !== 'code') return made.get(token) ?? [];
    return [codeBlock(String(token.text), String(token.lang ?? '').split(/\s/, 1)[0] ?? '')];
  });
}

/** Blocks at the end that may still become something else: a paragraph a heading, two lists one. */
const OPEN_BLOCKS = 3;

/**
 * Renders Markdown block by block, and keeps the nodes of the blocks that have not changed since. Of a text that has only grown, no more
 * than its last blocks is read again: a long answer costs as much as its newest paragraph, and a selection above it survives.
 *
 * @param isWhole whether the text is complete: then all of it is read once more, since a link may be explained at the very end
 */
export function renderMarkdown(source: string, before: readonly MarkdownBlock[], isWhole: boolean): MarkdownBlock[] {
  const kept: MarkdownBlock[] = [];
  let at = 0;
  for (const block of isWhole ? [] : before.slice(0, -OPEN_BLOCKS)) {
    if (!source.startsWith(block.raw, at)) break;
    kept.push(block);
    at += block.raw.length;
  }
  const tokens = marked.lexer(source.slice(at));
  const isExplained = isWhole && Object.keys(tokens.links).length > 0;
  const known = tokens.map((token, index) => {
    const old = before[kept.length + index];
    return old?.raw === token.raw && !isExplained ? old : null;
  });
  const made = nodesOf(tokens.filter((_, index) => !known[index]));
  const read = tokens.map((token, index) => known[index] ?? { raw: token.raw, nodes: made.shift() ?? [] });
  return [...kept, ...read];
}
