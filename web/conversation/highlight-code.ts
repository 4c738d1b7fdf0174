import { type ShjLanguage, type ShjToken, tokenize } from '@speed-highlight/core';

const languages: Record<string, ShjLanguage> = {
  ...{ js: 'js', jsx: 'js', javascript: 'js', mjs: 'js', ts: 'ts', tsx: 'ts', typescript: 'ts' },
  ...{ css: 'css', html: 'html', svg: 'xml', xml: 'xml', json: 'json', diff: 'diff' },
  ...{
    sh: 'bash',
    bash: 'bash',
    shell: 'bash',
    py: 'py',
    python: 'py',
    sql: 'sql',
    md: 'md',
    yaml: 'yaml',
    yml: 'yaml',
  },
};

/** Maps the highlighter's tokens to the page's five code colours (CSS classes `ink-…`). */
const inks: Partial<Record<ShjToken, string>> = {
  cmnt: 'aside',
  str: 'text',
  num: 'figure',
  bool: 'figure',
  kwd: 'word',
  oper: 'word',
  func: 'name',
  class: 'name',
  type: 'name',
  insert: 'text',
  deleted: 'figure',
};

/** Characters of the longest code that is highlighted: the highlighter takes the square of them for words without end, and worse texts. */
const maxChars = 16_000;

/** Highlights the code in an element, in place. Code that is long, or in an unknown language, stays unchanged. */
export async function highlightCode(element: Element, language: string): Promise<void> {
  const grammar = languages[language.toLowerCase()];
  const source = element.textContent ?? '';
  if (!grammar || source.length > maxChars) return;
  const spans: (string | Element)[] = [];
  await tokenize(source, grammar, (text, token) => {
    const ink = token && inks[token];
    if (!ink) return spans.push(text);
    const span = document.createElement('span');
    span.className = `ink-${ink}`;
    span.textContent = text;
    spans.push(span);
  });
  // If the code has grown meanwhile, the next call highlights all of it.
  if (element.textContent === source) element.replaceChildren(...spans);
}
