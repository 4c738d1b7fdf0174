import * as v from 'valibot';

const ProblemDocument = v.looseObject({ code: v.string(), title: v.string(), detail: v.string(), status: v.number() });

/** The only error of an API call: the server's problem document, an unreadable answer, or no answer at all. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** One sentence for the visitor, in English. */
  readonly detail: string;
  /** HTTP status; 0 without an answer. */
  readonly status: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** What stands before the sentence, in the language of the page. */
  readonly lead: string;

  constructor(code: string, detail: string, status = 0, fields: Readonly<Record<string, unknown>> = {}, lead = '') {
    super(detail);
    this.code = code;
    this.detail = detail;
    this.status = status;
    this.fields = fields;
    this.lead = lead;
  }
}

/** Reads an error response, whatever its body is. */
export async function readProblem(response: Response): Promise<ApiError> {
  let json: unknown = null;
  try {
    json = await response.json();
  } catch {
    // Not JSON: a proxy or a crashed server answered.
  }
  const parsed = v.safeParse(ProblemDocument, json);
  if (!parsed.success) {
    return new ApiError('unreadable', '', response.status);
  }
  const { code, title, detail } = parsed.output;
  return new ApiError(code, detail || title, response.status, parsed.output);
}

/** A failure that the page has a sentence of its own for, in its language. */
export const ownError = (sentence: string): ApiError => new ApiError('own', sentence);

export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError('unreachable', '');
}
