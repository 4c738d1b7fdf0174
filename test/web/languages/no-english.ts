import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { en } from '../../../web/strings/en/first-load.ts';
import { lateEn } from '../../../web/strings/en/late-load.ts';
import { marker } from './told-in-english.ts';

/** Words that no German and no French sentence has. */
export const englishWords =
  /(?<!\p{L})(?:the|is|of|and|to|with|you|your|this|that|it|has|been|from|there|are|be|have|by|again|try|nothing|file|files|what|which|write|edit|look|search|delete|rename|check|failed|done|use|run|stopped|were|does|will|cannot)(?!\p{L})/iu;

/** The texts of a catalogue, by path. */
export function textsOf(value: unknown, path = ''): Map<string, string> {
  if (typeof value === 'string') return new Map([[path, value]]);
  if (typeof value !== 'object' || value === null) return new Map();
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...textsOf(inner, `${path}.${key}`)]));
}

const textsOfAll = (catalogues: readonly object[]) => new Map(catalogues.flatMap((each) => [...textsOf(each)]));

const english = textsOfAll([en, lateEn]);

/** All that a page says in its own name: texts, names for screen readers, hints, its title. Not what is quoted. */
export function saidBy(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const quoted = '[lang="en"], q, [data-quote="true"], .prompt, .prose, iframe, noscript, script, style, pre, code';
    const said: string[] = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (!node.parentElement?.closest(quoted)) said.push(node.textContent ?? '');
    for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [aria-description]'))
      if (!element.closest(quoted))
        for (const name of ['aria-label', 'title', 'placeholder', 'aria-description'])
          said.push(element.getAttribute(name) ?? '');
    return [...new Set(said.map((text) => text.trim()))].filter((text) => text !== '');
  });
}

/** Names that every language writes alike. */
const names = /ANTHROPIC_API_KEY|REDRAW_\w+|Sign in with \w+/g;

/**
 * Expects that a page says nothing in English.
 *
 * @param catalogues the words of its language
 */
export async function expectNoEnglish(page: Page, catalogues: readonly object[], where: string): Promise<void> {
  const own = textsOfAll(catalogues);
  const foreign = new Set([...english].filter(([path, text]) => own.get(path) !== text).map(([, text]) => text));
  const shared = new Set(own.values());
  const said = await saidBy(page);
  const inEnglish = said.filter((text) => {
    const plain = text.replace(names, '');
    return plain.includes(marker) || englishWords.test(plain) || (foreign.has(text) && !shared.has(text));
  });
  expect(inEnglish, where).toEqual([]);
}
