import DOMPurify from 'dompurify';
import { Marked } from 'marked';

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

/** The second lock. Links open beside the app and say nothing of it. */
function sanitize(html: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(html, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ['href', 'start', 'align'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
  return fragment;
}

/**
 * Renders Markdown block by block, and keeps the nodes of the blocks that have not changed since: a growing answer costs its last
 * block, and a selection in what stands above survives.
 */
export function renderMarkdown(source: string, before: readonly MarkdownBlock[]): MarkdownBlock[] {
  return marked.lexer(source).map((token, index) => {
    const kept = before[index];
    if (kept?.raw === token.raw) return kept;
    return { raw: token.raw, nodes: [...sanitize(marked.parser([token])).childNodes] };
  });
}
