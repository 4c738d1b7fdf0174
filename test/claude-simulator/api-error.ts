/** A failure on the wire. */
export interface ApiFailure {
  status: number;
  type: string;
  message: string;
}

const statuses: Record<string, number> = {
  invalid_request_error: 400,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  rate_limit_error: 429,
  api_error: 500,
  timeout_error: 504,
  overloaded_error: 529,
};

const messages: Record<string, string> = {
  api_error: 'Internal server error',
  overloaded_error: 'Overloaded',
  authentication_error: 'invalid x-api-key',
  rate_limit_error: "This request would exceed your organization's rate limit. Please try again later.",
};

/** A failure of an error type, with its usual status and message by default. */
export function failure(type: string, message?: string, status?: number): ApiFailure {
  return { status: status ?? statuses[type] ?? 500, type, message: message ?? messages[type] ?? 'Error' };
}

export function errorBody(error: ApiFailure, requestId: string): object {
  return { type: 'error', error: { type: error.type, message: error.message }, request_id: requestId };
}
