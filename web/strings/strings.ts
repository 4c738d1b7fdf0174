import { type ReadonlySignal, signal } from '@preact/signals';
import { en, type FirstWords } from './en/first.ts';
import type { LateWords } from './en/late.ts';
import { type Language, languages } from './formats.ts';

export type Strings = FirstWords & LateWords;

/** Sections of which the page begins with nothing. */
const lateSections = [
  ...['versions', 'code', 'queue', 'models', 'projects', 'notFound', 'limit', 'demoLimits', 'container'],
  ...['account', 'signIn', 'connect', 'passkeys', 'logins', 'providers', 'removal', 'challenge'],
];

/**
 * Every word that the app says, in the language of the page. A new word goes into `en/first.ts`, or into `en/late.ts` where
 * only what is loaded later says it, and into each of the other languages.
 *
 * The sections keep their identity when the language changes, so that a component may hold on to one (`const words = strings.turn`);
 * single words are to be read when they are shown. The late words are there for what was loaded beside {@link lateWords}.
 */
export const strings = filled(Object.fromEntries(lateSections.map((name) => [name, {}])), en) as Strings;

const current = signal<Language>('en');
/** The language of the page. */
export const language: ReadonlySignal<Language> = current;

const STORAGE_KEY = 'redraw.language';

const first: Record<Language, () => Promise<FirstWords>> = {
  en: async () => en,
  de: async () => (await import('./de/first.ts')).de,
  fr: async () => (await import('./fr/first.ts')).fr,
};

const late: Record<Language, () => Promise<LateWords>> = {
  en: async () => (await import('./en/late.ts')).lateEn,
  de: async () => (await import('./de/late.ts')).lateDe,
  fr: async () => (await import('./fr/late.ts')).lateFr,
};

/** What each language calls itself. */
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch', fr: 'Français' };

/** The first of the wished languages that the page speaks, and English where it speaks none. */
export function languageFor(wished: readonly string[]): Language {
  for (const wish of wished) {
    const base = wish.toLowerCase().split('-', 1)[0];
    const found = languages.find((language) => language === base);
    if (found) return found;
  }
  return 'en';
}

/** The language that was chosen here before, or else that of the browser. */
export function preferredLanguage(): Language {
  return languageFor([storedLanguage(), ...navigator.languages].filter((wish) => wish !== null));
}

let lateAsked: Promise<void> | null = null;

/** Resolves when the words of what is loaded later are there. Rejects where they cannot be loaded; then it may be asked again. */
export function lateWords(): Promise<void> {
  lateAsked ??= late[current.peek()]().then(
    (words) => void filled(strings, words),
    (error: unknown) => {
      lateAsked = null;
      throw error;
    },
  );
  return lateAsked;
}

/** Speaks a language from now on. Where its words cannot be loaded, the page stays with those that it has. */
export async function speak(wanted: Language): Promise<void> {
  try {
    const words = await Promise.all([first[wanted](), lateAsked ? late[wanted]() : {}]);
    for (const some of words) filled(strings, some);
  } catch {
    return;
  }
  current.value = wanted;
  document.documentElement.lang = wanted;
}

/** Speaks a language, here and on later visits. */
export function chooseLanguage(wanted: Language): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, wanted);
  } catch {
    // A browser that keeps nothing: the choice lasts as long as the page.
  }
  return speak(wanted);
}

function storedLanguage(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

type Section = { [key: string]: unknown };

function isSection(value: unknown): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Puts all words of one catalogue into the place of another's. */
function filled(target: Section, source: Section): Section {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    target[key] = isSection(value) ? filled(isSection(there) ? there : {}, value) : value;
  }
  return target;
}
