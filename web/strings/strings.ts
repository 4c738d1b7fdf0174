import { type ReadonlySignal, signal } from '@preact/signals';
import { languageCookie } from '../../src/protocol/language-cookie.ts';
import { en, type FirstWords } from './en/first-load.ts';
import type { LateWords } from './en/late-load.ts';
import { type Language, languages } from './formats/formats.ts';
import type { ServerWords } from './formats/server-words.ts';

export type Strings = FirstWords & LateWords & ServerWords;

/** Sections that are empty until the late words have been loaded. */
const lateSections = [
  ...['versions', 'code', 'queue', 'models', 'projects', 'notFound', 'limit', 'demoLimits', 'container'],
  ...['account', 'signIn', 'connect', 'passkeys', 'logins', 'providers', 'removal', 'challenge', 'spending'],
  ...['creditPage', 'plans', 'reviews'],
];

/**
 * All words of the app, in the language of the page. A new word goes into `en/first-load.ts`, or into `en/late-load.ts` if only parts that
 * are loaded on demand use it, and into each other language.
 *
 * Sections keep their identity when the language changes, so a component may hold on to one (`const words = strings.turn`); it
 * reads the single words while rendering. The late words are present once {@link loadLateWords} has resolved.
 */
export const strings = mergeWords(Object.fromEntries(lateSections.map((name) => [name, {}])), en) as Strings;

const current = signal<Language>('en');
/** The language of the page. */
export const language: ReadonlySignal<Language> = current;

const STORAGE_KEY = 'redraw.language';

/** English needs no words for what the server tells: it shows the server's own. */
const loadFirst: Record<Language, () => Promise<FirstWords & Partial<ServerWords>>> = {
  en: async () => en,
  de: async () => (await import('./de/first-load.ts')).de,
  fr: async () => (await import('./fr/first-load.ts')).fr,
};

const loadLate: Record<Language, () => Promise<LateWords>> = {
  en: async () => (await import('./en/late-load.ts')).lateEn,
  de: async () => (await import('./de/late-load.ts')).lateDe,
  fr: async () => (await import('./fr/late-load.ts')).lateFr,
};

/** Each language's own name. */
export const languageNames: Record<Language, string> = { en: 'English', de: 'Deutsch', fr: 'Français' };

/** The first preferred language with a catalogue; English if none has one. */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const base = tag.toLowerCase().split('-', 1)[0];
    const found = languages.find((language) => language === base);
    if (found) return found;
  }
  return 'en';
}

/** The language that was chosen in this browser before, or else the browser's own. */
export function preferredLanguage(): Language {
  return languageFor([storedLanguage(), ...navigator.languages].filter((tag) => tag !== null));
}

let lateLoading: Promise<void> | null = null;

/** Loads the words of the parts that are loaded on demand. Single-flight; after a rejection the next call tries again. */
export function loadLateWords(): Promise<void> {
  lateLoading ??= mergeLateWords().catch((error: unknown) => {
    lateLoading = null;
    throw error;
  });
  return lateLoading;
}

async function mergeLateWords(): Promise<void> {
  const of = current.peek();
  const words = await loadLate[of]();
  // The page was switched to another language meanwhile.
  if (current.peek() !== of) return mergeLateWords();
  mergeWords(strings, words);
}

/** The language that the page was asked last to switch to. */
let wanted: Language = 'en';

/** Switches the page to a language. If its words cannot be loaded, the page keeps the current language. Of several calls the last one counts. */
export async function setLanguage(next: Language): Promise<void> {
  wanted = next;
  try {
    const [first, wantedLate] = await Promise.all([loadFirst[next](), lateLoading ? loadLate[next]() : null]);
    // They may have been asked for meanwhile, and be on their way in the language of before.
    const late = wantedLate ?? (lateLoading ? await loadLate[next]() : {});
    if (wanted !== next) return;
    for (const catalogue of [first, late]) mergeWords(strings, catalogue);
  } catch {
    return;
  }
  current.value = next;
  document.documentElement.lang = next;
}

/** Switches the page to a language and remembers it for later visits. */
export function chooseLanguage(next: Language): Promise<void> {
  try {
    localStorage.setItem(STORAGE_KEY, next);
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser, and this one is set once.
    document.cookie = `${languageCookie}=${next};path=/;max-age=34560000;samesite=lax;secure`;
  } catch {
    // Without storage the choice lasts as long as the page.
  }
  return setLanguage(next);
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

/** Copies all words of `source` into `target`, in place. */
function mergeWords(target: Section, source: Section): Section {
  for (const [key, value] of Object.entries(source)) {
    const there = target[key];
    target[key] = isSection(value) ? mergeWords(isSection(there) ? there : {}, value) : value;
  }
  return target;
}
