import type { ToldFailure, ToldTool } from './formats/server-words.ts';
import { language, strings } from './strings.ts';

/** Whether the page has words of its own for what the server tells: in English the server's own are shown. */
export const isTranslated = (): boolean => language.value !== 'en';

/** A refusal or a failure in the page's language; the server's own sentence for a code that the page does not know. */
export function sentenceOf(told: ToldFailure): string {
  const { code, message } = told;
  const own = Object.hasOwn(strings.errors, code) && strings.errors[code as keyof typeof strings.errors];
  return own || (isTranslated() && strings.tellFailure(told)) || message;
}

/** A tool call in the page's language; the server's own line for a verb that the page does not know, and for events of old projects. */
export const toolTitle = (told: ToldTool): string => (isTranslated() && strings.tellTool(told)) || told.title;
