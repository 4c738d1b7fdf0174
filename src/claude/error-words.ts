import type { APIError } from '@anthropic-ai/sdk';

/** What a failure says of itself, in Claude's words; null where it does not say. */
export interface ErrorWords {
  errorType: string | null;
  /** The stable name of the cause, where Claude has one: its sentences may change. */
  errorCode: string | null;
  message: string | null;
}

export const noWords: ErrorWords = { errorType: null, errorCode: null, message: null };

/** What the SDK says of an answer without a body. */
const noBody = 'status code (no body)';

/**
 * The words of a failure. A gateway in between may answer with a plain text, or with JSON of another shape and of any types; a page is no
 * sentence.
 *
 * @param clean takes out what must not be told
 */
export function wordsOf(failure: APIError, clean: (text: string) => string): ErrorWords {
  const { status, type, errorCode, apiMessage, error, message } = failure;
  const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? clean(value) : null);
  const body: Record<string, unknown> = typeof error === 'object' ? { ...error } : {};
  const plain = error === undefined ? message.replace(`${status} `, '').replace(noBody, '') : null;
  const text = [apiMessage, body.error, body.message, plain].map(textOf).find((one) => one !== null) ?? null;
  return {
    errorType: textOf(type),
    errorCode: textOf(errorCode),
    message: text?.trimStart().startsWith('<') ? null : text,
  };
}
