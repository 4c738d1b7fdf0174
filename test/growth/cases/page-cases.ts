import { Marked } from 'marked';
import { treeOf } from '../../../web/code/file-tree.ts';
import { countLines, countVersion } from '../../../web/code/line-count.ts';
import { matchesIn, searchFiles } from '../../../web/code/search-files.ts';
import { highlightCode } from '../../../web/conversation/highlight-code.ts';
import { isParsedAgain, isTooDense } from '../../../web/conversation/markdown-plan.ts';
import { filled, type GrowthCase, numbered, ofText } from '../growth-case.ts';

const marked = new Marked();

/** Parses what the page would parse. */
const markdown = (text: string) => (isTooDense(text) ? null : marked.parse(text));

/** Highlights code in an element, without a document. */
async function highlighted(code: string, language: string): Promise<void> {
  const element = { textContent: code, replaceChildren: () => undefined } as unknown as Element;
  await highlightCode(element, language);
}

export const pageCases: readonly GrowthCase[] = [
  ...[
    '> ',
    '[',
    '[a](b "',
    '![a](',
    '`',
    '|a|\n',
    '|a',
    '<a ',
    '<!--',
    '~~a',
    '&',
    'http://',
    'a@b.',
    '  \n',
    '- a\n',
  ].map((piece) => ofText(`markdown, parsed: ${JSON.stringify(piece)}`, (n) => filled(piece, n), markdown)),
  ofText('markdown, parsed: lines of one point', (n) => `- a\n${filled('b\n', n)}`, markdown),
  ofText('markdown, parsed: lines of a point in a quote', (n) => `> 1. a\n${filled('> b\n', n)}`, markdown),
  ofText('markdown, parsed: points of many lines', (n) => filled(`- a\n${'b\n'.repeat(900)}`, n), markdown),
  ofText('markdown, parsed: a wide table', (n) => `|${filled('a|', n / 2)}\n|${filled('-|', n / 2)}\n`, markdown),
  ...[
    ['js', 'a'],
    ['js', '$'],
    ['json', '\\"'],
    ['css', '<a '],
    ['html', '<a b="'],
    ['bash', '\n'],
  ].map(([language = '', piece = '']) =>
    ofText(
      `code: ${language} of ${JSON.stringify(piece)}`,
      (n) => filled(piece, n),
      (text) => highlighted(text, language),
    ),
  ),
  ...[
    '>',
    '> ',
    '- ',
    '1. ',
    '[',
    '*',
    '_a',
    '!',
    '*a_',
    'a _b\n',
    '```\n',
    '~~~',
    '   ',
    '\n',
    '|a|\n',
    '\t',
    '1',
    '`',
  ].map((piece) => ofText(`markdown: ${JSON.stringify(piece)}`, (n) => filled(piece, n), isTooDense)),
  ofText(
    'markdown: pieces of a long paragraph',
    (n) => filled('a', n),
    (text) => isParsedAgain(text.length, text.length / 2),
  ),
  ofText(
    'page search: a line nearly found',
    (n) => filled('a', n),
    (text) => matchesIn('a', text, `${text.slice(0, 900)}b`),
  ),
  ofText(
    'page search: many lines',
    (n) => filled('a\n', n),
    (text) => matchesIn('a', text, 'b'),
  ),
  ofText(
    'page diff: lines all alike',
    (n) => filled('a\n', n),
    (text) => countLines(text, `b\n${text}${text}`),
  ),
  ofText(
    'page diff: no line alike',
    (n) => numbered((i) => `${i}\n`, n),
    (text) => countLines(text, text.replaceAll('\n', 'x\n')),
  ),
  {
    name: 'page: versions and searches of many files',
    prepare(chars) {
      const text = filled('a\n', 100);
      const list = Array.from({ length: chars / 100 }, (_, i) => ({ path: `a${i}.ts`, bytes: 100, hash: `${i}` }));
      const store = { list: async () => list, text: async () => text } as unknown as Parameters<typeof searchFiles>[0];
      return async () => [
        await countVersion(store, null, 1),
        await searchFiles(store, list, null, 'b', new AbortController().signal),
      ];
    },
  },
  {
    name: 'page tree: many folders',
    prepare(chars) {
      const files = Array.from({ length: chars / 20 }, (_, i) => ({ path: `a${i}/b/c` }));
      return () => treeOf(files);
    },
  },
  {
    name: 'page tree: a deep folder',
    prepare(chars) {
      const files = [{ path: filled('a/', Math.min(chars, 2000)) }];
      return () => treeOf(files);
    },
  },
];
