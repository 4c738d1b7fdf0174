import { ApiError, toApiError } from '../api/api-error.ts';

/** A failure whose sentence follows what was tried. */
export function withLead(lead: string, error: unknown): ApiError {
  const { code, detail, status, fields } = toApiError(error);
  return new ApiError(code, detail, status, fields, lead);
}
