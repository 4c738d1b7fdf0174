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

/** The page has five inks for code; what the highlighter tells apart more finely falls into them. */
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

/** Colours a piece of code in its place. A language that is not known stays as it is. */
export async function colourCode(place: Element, language: string): Promise<void> {
  const known = languages[language.toLowerCase()];
  const source = place.textContent ?? '';
  if (!known) return;
  const pieces: (string | Element)[] = [];
  await tokenize(source, known, (text, token) => {
    const ink = token && inks[token];
    if (!ink) return pieces.push(text);
    const piece = document.createElement('span');
    piece.className = `ink-${ink}`;
    piece.textContent = text;
    pieces.push(piece);
  });
  // It has grown meanwhile: the next call has the whole of it.
  if (place.textContent === source) place.replaceChildren(...pieces);
}
