import type { APIError } from '@anthropic-ai/sdk';

/** The fields of an error answer that say what went wrong; null where a field is absent. */
export interface ApiErrorFields {
  errorType: string | null;
  /** The stable name of the cause, where Claude gives one; the wording of `message` may change. */
  errorCode: string | null;
  message: string | null;
}

export const noApiErrorFields: ApiErrorFields = { errorType: null, errorCode: null, message: null };

/** The SDK's message for an answer without a body. */
const emptyBodyMessage = 'status code (no body)';

/**
 * Reads the fields of an SDK error. A gateway in between may answer with plain text, or with JSON of any other shape; an HTML page
 * counts as no message.
 *
 * @param redactSecrets removes secrets from each text
 */
export function apiErrorFieldsOf(failure: APIError, redactSecrets: (text: string) => string): ApiErrorFields {
  const { status, type, errorCode, apiMessage, error, message } = failure;
  const textOf = (value: unknown): string | null =>
    typeof value === 'string' && value !== '' ? redactSecrets(value) : null;
  const body: Record<string, unknown> = typeof error === 'object' ? { ...error } : {};
  const plain = error === undefined ? message.replace(`${status} `, '').replace(emptyBodyMessage, '') : null;
  const text = [apiMessage, body.error, body.message, plain].map(textOf).find((one) => one !== null) ?? null;
  return {
    errorType: textOf(type),
    errorCode: textOf(errorCode),
    message: text?.trimStart().startsWith('<') ? null : text,
  };
}
