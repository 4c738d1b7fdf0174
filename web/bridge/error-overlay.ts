import { overlayTitle } from '../../src/protocol/bridge-limits.ts';
import type { PreviewProblem } from '../../src/protocol/requests.ts';
import { bridgeAttribute } from './page-snapshot.ts';

const css = `:host{position:fixed;inset:0;z-index:2147483647;overflow:auto;font:15px/1.5 system-ui,sans-serif;color-scheme:light dark;
color:light-dark(#23262b,#e7e8ea);background:light-dark(#fbfbfaf2,#17181af2)}main{max-width:44rem;margin:0 auto;padding:12vh 1.5rem 2rem}
h1{font-size:1.15rem;font-weight:600;margin:0 0 1rem}section{margin:0 0 1rem;padding-left:1rem;border-left:3px solid #c2410c}
p{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}p+p{font:13px/1.6 ui-monospace,monospace;opacity:.75}`;

function spotText({ spot }: PreviewProblem): string {
  if (!spot) return '';
  return [spot.file, spot.line, spot.column].filter(Boolean).join(':');
}

let root: ShadowRoot | null = null;
let shown: readonly PreviewProblem[] = [];
/** The framing page's words, by the English. */
const translations: Record<string, string> = {};

const say = (english: string): string => translations[english] ?? english;

/** Says in the framing page's words what is shown, now and later. */
export function translateOverlay(words: Record<string, string>): void {
  Object.assign(translations, words);
  if (root) showOverlay(shown);
}

/** Shows on the page which problems keep the app from running. A later call replaces the list. */
export function showOverlay(problems: readonly PreviewProblem[]): void {
  shown = problems;
  if (!root) {
    const host = document.createElement('div');
    host.setAttribute(bridgeAttribute, '');
    root = host.attachShadow({ mode: 'closed' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    document.documentElement.append(host);
  }
  const main = document.createElement('main');
  main.setAttribute('role', 'alert');
  const title = document.createElement('h1');
  title.textContent = say(overlayTitle);
  main.append(title);
  for (const problem of problems.slice(0, 5)) {
    const section = document.createElement('section');
    for (const text of [say(problem.message), spotText(problem)]) {
      if (!text) continue;
      const line = document.createElement('p');
      line.textContent = text;
      section.append(line);
    }
    main.append(section);
  }
  root.replaceChildren(main);
}
