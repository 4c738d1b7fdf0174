/** The error codes of the API, each with its HTTP status and title. An open set for clients. */
export const problemCodes = {
  sign_in_required: { status: 403, title: 'Sign in to go on' },
  subscription_required: { status: 403, title: 'Not available on this plan' },
  fresh_sign_in_required: { status: 403, title: 'Show that it is you' },
  challenge_required: { status: 403, title: 'Show that you are a person' },
  forbidden_origin: { status: 403, title: 'This request came from another site' },
  https_required: { status: 403, title: 'https is required' },
  turn_in_progress: { status: 409, title: 'A turn is running' },
  nothing_to_undo: { status: 409, title: 'Nothing to undo' },
  nothing_to_redo: { status: 409, title: 'Nothing to redo' },
  demo_mode: { status: 409, title: 'This deployment takes no keys' },
  invalid_request: { status: 422, title: 'The request is not valid' },
  unsupported_media_type: { status: 415, title: 'Unsupported content type' },
  key_rejected: { status: 422, title: 'Claude did not accept the key' },
  sign_in_failed: { status: 422, title: 'The sign-in did not work' },
  last_way_in: { status: 409, title: 'The last way to sign in' },
  oauth_failed: { status: 422, title: 'The connection was not made' },
  payload_too_large: { status: 413, title: 'Too large' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  credit_exhausted: { status: 429, title: 'Usage limit reached' },
  hosted_budget_spent: { status: 402, title: "Today's shared budget is spent" },
  code_unknown: { status: 422, title: 'There is no such code' },
  code_used: { status: 422, title: 'The code was used' },
  code_expired: { status: 422, title: 'The code has expired' },
  credits_spent: { status: 402, title: 'No credits left' },
  connection_broken: { status: 401, title: 'The connection to Claude is broken' },
  /** The connection exists but cannot be used at the moment: reconnecting would not help. */
  connection_unavailable: { status: 503, title: 'The connection to Claude cannot be used at the moment' },
  claude_unreachable: { status: 502, title: 'Claude could not be reached' },
  /** Too many transfers at a time. Nothing was done. */
  busy: { status: 503, title: 'Too much at a time' },
  not_found: { status: 404, title: 'Not found' },
  internal: { status: 500, title: 'Something broke on our side' },
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** An error on the wire: RFC 9457 `application/problem+json`, plus the fields of its code. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  [field: string]: unknown;
}

/** A refusal or failure that is reported to the client: the only error class of the Worker that becomes a problem document. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  readonly code: ProblemCode;
  readonly detail: string;
  readonly fields: Readonly<Record<string, unknown>>;

  /**
   * @param detail one plain sentence for a person; never a stack, an upstream body or a secret
   * @param fields extra members of the problem document, for example `limit`
   */
  constructor(code: ProblemCode, detail: string, fields: Readonly<Record<string, unknown>> = {}) {
    super(detail);
    this.code = code;
    this.detail = detail;
    this.fields = fields;
  }

  toProblem(): Problem {
    const { status, title } = problemCodes[this.code];
    return { ...this.fields, type: `about:blank#${this.code}`, title, status, detail: this.detail, code: this.code };
  }
}
