import type { Plugin } from 'vite';
import { de } from '../strings/de/first-load.ts';
import { lateDe } from '../strings/de/late-load.ts';
import { en } from '../strings/en/first-load.ts';
import { lateEn } from '../strings/en/late-load.ts';
import type { Language } from '../strings/formats/formats.ts';
import { fr } from '../strings/fr/first-load.ts';
import { lateFr } from '../strings/fr/late-load.ts';

/** The words of a page's language: those of the first load, and the later ones. */
type Catalogue = readonly unknown[];

const catalogues: Record<Language, Catalogue> = { en: [en, lateEn], de: [de, lateDe], fr: [fr, lateFr] };

/** The exports that hold the late words, by language. */
const lateNames = { en: 'lateEn', de: 'lateDe', fr: 'lateFr' } as const;

const translatedPage = /\.(de|fr)\.html$/;

function wordAt(catalogue: Catalogue, path: string): string {
  const keys = path.split('.');
  const found = catalogue.map((words) =>
    keys.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], words),
  );
  const word = found.find((one) => typeof one === 'string');
  if (typeof word !== 'string') throw new Error(`There is no word ${path}.`);
  return word.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');
}

function translate(html: string, language: Language, words = catalogues[language]): string {
  return html
    .replace(/%([a-z]\w*\.[\w.]+)%/g, (_, path: string) => wordAt(words, path))
    .replace('<html lang="en">', `<html lang="${language}">`);
}

/**
 * Vite plugin: replaces placeholders like `%landing.heading%` in the pages by words of the catalogue. A page with placeholders
 * becomes one file a language: `landing.html` in English, `landing.de.html` in German.
 */
export function htmlWords(): Plugin {
  return {
    name: 'html-words',
    enforce: 'post',
    configureServer({ middlewares }) {
      middlewares.use((request, _, next) => {
        // The page of a language is made of the one file; `originalUrl` keeps the language.
        request.url = request.url?.replace(translatedPage, '.html');
        next();
      });
    },
    async transformIndexHtml(html, { server, originalUrl = '' }) {
      if (!server) return html;
      const language = (translatedPage.exec(originalUrl)?.[1] ?? 'en') as Language;
      // The words as they are at this moment: this module's own are those of the start.
      const [first, late] = await Promise.all(
        ['first', 'late'].map((part) => server.ssrLoadModule(`/strings/${language}/${part}-load.ts`)),
      );
      return translate(html, language, [first?.[language], late?.[lateNames[language]]]);
    },
    generateBundle(_, bundle) {
      for (const [name, file] of Object.entries(bundle)) {
        if (file.type !== 'asset' || !name.endsWith('.html')) continue;
        const html = String(file.source);
        file.source = translate(html, 'en');
        if (file.source === html) continue;
        for (const language of ['de', 'fr'] as const) {
          const fileName = name.replace(/html$/, `${language}.html`);
          this.emitFile({ type: 'asset', fileName, source: translate(html, language) });
        }
      }
    },
  };
}
