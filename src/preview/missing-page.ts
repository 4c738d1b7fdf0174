import type { Language } from '../protocol/accept-language.ts';
import { withoutOwnTags } from '../protocol/own-tags.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import { type FileSnapshot, readText } from './file-snapshot.ts';
import { memberAt, objectEntries, parseJsonc } from './jsonc.ts';
import { isScript } from './mime-types.ts';
import { pageWords, wordsPage } from './page-words.ts';
import { extensionOf, isHidden, urlOf } from './paths.ts';

/** What a project has in place of the page that its preview would show. */
export interface MissingPage {
  /** HTML files elsewhere, nearest to the root first. */
  pages: string[];
  /** The script that a page would load; null where there is none, or one of the pages may load it. */
  script: string | null;
  /** What `package.json` runs, or the build tool that it names; null where the preview does as much by itself. */
  command: string | null;
  /** Files that may be named, in order. */
  files: string[];
}

const maxNamed = 3;
const maxNameChars = 100;

/** Names of the script with which an app begins, as projects have them. */
const scriptNames = ['main', 'index', 'app', 'client', 'entry'];

/** Build tools that have a way of their own to make or find the page. */
const buildTools = [
  'react-scripts',
  'next',
  'nuxt',
  'astro',
  'gatsby',
  '@sveltejs/kit',
  '@remix-run/dev',
  '@react-router/dev',
  '@angular/cli',
  '@vue/cli-service',
  'expo',
  '@11ty/eleventy',
  'webpack',
  'parcel',
  'rollup',
  'esbuild',
  'gulp',
  'grunt',
];

/** Looks for what could have been the page of a project that has no `index.html` in its top folder. */
export function findMissingPage(files: FileSnapshot): MissingPage {
  const paths = files
    .list()
    .map(({ path }) => path)
    .filter((path) => !isHidden(path) && !`/${path}`.includes('/node_modules/'))
    .map((path) => ({ path, depth: path.split('/').length }))
    .sort((a, b) => a.depth - b.depth || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path);
  const scripts = paths.filter((path) => isScript(path) && !isConfiguration(path));
  const named = scriptNames.flatMap((name) => scripts.filter((path) => stemOf(path).toLowerCase() === name));
  const script = named[0] ?? scripts[0];
  const pages = paths.filter((path) => ['.html', '.htm'].includes(extensionOf(path))).slice(0, maxNamed);
  const isLoaded = script && pages.some((page) => readText(files, page)?.includes(nameOf(script)));
  return {
    pages,
    script: isLoaded ? null : (script ?? null),
    command: startCommand(files),
    files: paths,
  };
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

const stemOf = (path: string): string => nameOf(path).split('.', 1)[0] ?? '';

const isConfiguration = (path: string): boolean => /\.(?:config|conf|test|spec|stories)\.[a-z]+$/i.test(path);

function startCommand(files: FileSnapshot): string | null {
  const json = parseJsonc(readText(files, 'package.json') ?? '');
  for (const name of ['dev', 'start', 'build']) {
    const command = memberAt(json, 'scripts', name);
    // Vite's own way is the preview's.
    if (typeof command === 'string' && command.trim() !== '')
      return /(?:^|\s)vite(?:\s|$)/.test(command) ? null : command.trim();
  }
  const packages = ['dependencies', 'devDependencies'].flatMap((kind) =>
    objectEntries(memberAt(json, kind)).map(([name]) => name),
  );
  return buildTools.find((tool) => packages.includes(tool)) ?? null;
}

/**
 * The page that is shown instead.
 *
 * @param head what has to be in its head, as HTML
 */
export function missingPageDocument(found: MissingPage, language: Language, head: string): string {
  const { empty, missing } = pageWords[language];
  const mark = `${head}<meta name="redraw-placeholder" content="no index.html">`;
  if (found.files.length === 0) return wordsPage(language, empty.title, mark, `<p>${empty.text}</p>`);
  const code = (text: string) => `<code>${escapeHtml(truncateText(text, maxNameChars))}</code>`;
  const link = (path: string) => `<a href="${escapeHtml(urlOf(path))}">${code(path)}</a>`;
  const lines = findings(found, missing, { code, link }).map((line) => `<li>${line}</li>`);
  const body = `<main><p>${missing.lead(code('index.html'))}</p><ul>${lines.join('')}</ul></main>`;
  return wordsPage(language, missing.title, mark, body);
}

/** The same for Claude. */
export function missingPageText(found: MissingPage): string {
  const lead = 'There is nothing to show: the project has no index.html, and no server of its own runs.';
  if (found.files.length === 0) return lead;
  const quote = (text: string) => `\`${truncateText(withoutOwnTags(text.replace(/[\s`]+/g, ' ')), maxNameChars)}\``;
  const lines = findings(found, pageWords.en.missing, { code: quote, link: quote });
  const sentences = lines.map((line) => (line.endsWith('.') ? line : `${line}.`));
  return [lead, 'The preview shows `index.html` in the top folder.', ...sentences].join(' ');
}

function findings(
  { pages, script, command, files }: MissingPage,
  words: (typeof pageWords)['en']['missing'],
  show: { code(text: string): string; link(path: string): string },
): string[] {
  const lines: string[] = [];
  if (pages.length > 0) lines.push(words.pages(pages.map(show.link).join(', ')));
  if (script !== null) lines.push(words.script(show.code(script)));
  if (command !== null) lines.push(words.command(show.code(command)));
  if (pages.length > 0 || script !== null) return lines;
  const named = files.slice(0, maxNamed);
  return [...lines, words.files(named.map(show.code).join(', '), files.length - named.length)];
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
}
