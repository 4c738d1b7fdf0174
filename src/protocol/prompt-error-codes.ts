/** Codes of `prompt_error` beside those of the API (`problemCodes`), which a refused prompt of the queue has. An open set for clients. */
export const promptErrorCodes = [
  'refused',
  'output_limit',
  'turn_limit',
  'going_in_circles',
  'operator_key_refused',
  'request_too_large',
  'context_full',
  'upstream_busy',
  'upstream_error',
  'upstream_overloaded',
  'upstream_unreachable',
  'upstream_refused',
  'permission_denied',
  'model_not_found',
] as const;
export type PromptErrorCode = (typeof promptErrorCodes)[number];
