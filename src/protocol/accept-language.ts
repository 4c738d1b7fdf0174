import { parseAccept } from 'hono/utils/accept';

/** The languages of what a person reads. */
export const languages = ['en', 'de', 'fr'] as const;
export type Language = (typeof languages)[number];

/** The language by that name, where there is one. */
export const languageOf = (name: string | null | undefined): Language | null =>
  languages.find((language) => language === name) ?? null;

/** The language that an `Accept-Language` header (RFC 9110, 12.5.4) prefers among those there are; English if none. */
export function acceptedLanguage(header: string | null | undefined): Language {
  for (const { type, q } of parseAccept(header ?? '')) {
    const base = type.toLowerCase().split('-', 1)[0];
    const found = languages.find((language) => language === base);
    if (found && q > 0) return found;
  }
  return 'en';
}
