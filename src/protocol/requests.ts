import * as v from 'valibot';
import { isBlank } from './is-blank.ts';
import { limits } from './limits.ts';
import { issueSentences as said } from './request-issues.ts';
import { PromptMode } from './turn-mode.ts';

/** Schemas of the JSON request bodies. A check's message is the sentence that the client shows. */

const prompt = v.pipe(
  v.string(),
  v.check((text) => !isBlank(text), said.prompt_blank),
  v.maxLength(limits.promptChars, said.prompt_too_long),
);

const name = (maxChars: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.check((text) => !isBlank(text), said.name_blank),
    v.maxLength(maxChars),
  );

const path = v.pipe(v.string(), v.nonEmpty(), v.maxLength(limits.pathChars));

/** UNIX milliseconds; the earliest start of a queued prompt. */
const startTime = v.pipe(
  v.number('A time is a number of milliseconds.'),
  v.integer('A time is a whole number of milliseconds.'),
  v.check((at) => at >= 0 && at <= Date.now() + limits.queueAheadMs, said.time_ahead),
);

/** `POST /api/chat` */
export const ChatRequest = v.object({
  session: v.optional(v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/, 'This is not a session id.'))),
  prompt,
  model: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))),
  attachments: v.optional(v.pipe(v.array(path), v.maxLength(20))),
  /** `build` where it is absent. */
  mode: v.optional(PromptMode),
  /** "Try anyway" while the account is known to be at its limit. */
  force: v.optional(v.boolean()),
  /** Queues the prompt until then, even where no turn runs. Existing sessions only. */
  notBefore: v.optional(startTime),
  /** The token of Cloudflare's Turnstile widget, after `challenge_required`. */
  turnstile: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(2048))),
});
export type ChatRequest = v.InferOutput<typeof ChatRequest>;

/** `POST /api/sessions/:id/fresh-start` */
export const FreshStartRequest = v.object({ force: v.optional(v.boolean()) });

/** `PATCH /api/sessions/:id` */
export const SessionPatch = v.object({
  title: name(limits.titleChars),
});

/** `POST /api/sessions/:id/revert` */
export const RevertRequest = v.object({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** `PATCH /api/sessions/:id/queue/:item` */
export const QueuePatch = v.pipe(
  v.object({
    prompt: v.optional(prompt),
    /** Position in the queue, from 1; a position beyond the end means last. */
    place: v.optional(
      v.pipe(
        v.number('A place is a number.'),
        v.integer('A place is a whole number.'),
        v.minValue(1, 'Places begin at 1.'),
      ),
    ),
    /** Null: starts once it is first in the queue. */
    notBefore: v.optional(v.nullable(startTime)),
  }),
  v.check(
    ({ prompt, place, notBefore }) => prompt !== undefined || place !== undefined || notBefore !== undefined,
    'Say what is to change: prompt, place or notBefore.',
  ),
);
export type QueuePatch = v.InferOutput<typeof QueuePatch>;

/** `PUT /api/sessions/:id/model` */
export const ModelRequest = v.object({ model: v.pipe(v.string(), v.nonEmpty(), v.maxLength(100)) });

/** `PUT /api/sessions/:id/network`: names of the hosts that the container may reach over HTTP and HTTPS. */
export const NetworkRequest = v.object({
  hosts: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.trim(),
        v.toLowerCase(),
        v.maxLength(253),
        v.regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/, said.host_name),
        v.check((host) => !/(?:^|\.)(?:localhost|local|internal|lan|home|arpa)$/.test(host), said.host_private),
      ),
    ),
    v.maxLength(20, said.hosts_many),
  ),
});

const line = v.pipe(v.string(), v.maxLength(2_000));

/** A position in the app's original source. Line and column count from 1. */
export const SourceSpot = v.object({
  file: v.pipe(v.string(), v.maxLength(500)),
  line: v.optional(v.number()),
  column: v.optional(v.number()),
});
export type SourceSpot = v.InferOutput<typeof SourceSpot>;

export const PreviewProblem = v.object({
  /** `policy`: the preview's frame forbids it to every app; no fault of this one. */
  kind: v.picklist(['console', 'exception', 'request', 'build', 'policy']),
  message: line,
  spot: v.optional(SourceSpot),
  /** Stack frames in the original source, newest first, one per line. */
  stack: v.optional(v.pipe(v.string(), v.maxLength(4_000))),
});
export type PreviewProblem = v.InferOutput<typeof PreviewProblem>;

/** `POST /api/sessions/:id/preview/report`: the browser's report on one revision. */
export const PreviewReport = v.object({
  revision: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** The path that was open in the app, initially `/`. */
  path: v.pipe(v.string(), v.maxLength(500)),
  title: v.optional(v.pipe(v.string(), v.maxLength(500))),
  /** Whether the page shows nothing at all. */
  blank: v.boolean(),
  problems: v.pipe(v.array(PreviewProblem), v.maxLength(50)),
  /** The DOM as indented text. */
  snapshot: v.pipe(v.string(), v.maxLength(20_000)),
});
export type PreviewReport = v.InferOutput<typeof PreviewReport>;

/** `POST /api/account/connection` */
export const ConnectionRequest = v.object({
  kind: v.literal('api_key', 'Connect with kind "api_key" and a key.'),
  key: v.pipe(
    v.string(),
    v.trim(),
    v.nonEmpty(said.key_blank),
    v.maxLength(500),
    v.regex(/^[\x21-\x7e]+$/, said.key_form),
  ),
});

/**
 * `POST /api/account/connection/oauth/finish`: `code#state` or the whole redirect URL, pasted by the visitor or taken from the redirect.
 */
export const OAuthFinish = v.object({ code: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(4_000)) });

/** The browser's IANA zone: daily credits of a new account are reset at its midnight. */
const timeZone = v.optional(v.pipe(v.string(), v.maxLength(64)));

/**
 * `POST /api/auth/oidc/:provider`: `return` is the page of Redraw to return to. `proof`: who is signed in proves that they are there, instead
 * of adding one more way to sign in.
 */
export const OidcStart = v.object({
  proof: v.optional(v.boolean()),
  timeZone,
  return: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\/(?:s\/[a-z2-7]{26}|account)?$/, 'Come back to a page of Redraw: /, /s/<session> or /account.'),
    ),
  ),
});

/** `POST /api/auth/sign-out` */
export const SignOut = v.object({ everywhere: v.optional(v.boolean()) });

const base64url = (chars: number) => v.pipe(v.string(), v.maxLength(chars), v.regex(/^[A-Za-z0-9_-]*$/));

const credentialId = v.pipe(base64url(1_400), v.nonEmpty());

const credential = { id: credentialId, rawId: credentialId, type: v.literal('public-key') };

/** `POST /api/auth/passkey/register`: the browser's answer to the creation options (WebAuthn 3, 5.1.8). */
export const PasskeyRegistrationResponse = v.object({
  ...credential,
  timeZone,
  response: v.object({
    clientDataJSON: base64url(8_000),
    attestationObject: base64url(100_000),
    transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(10)), []),
  }),
});

/** `POST /api/auth/passkey/login`: the browser's answer to the request options. */
export const PasskeyLoginResponse = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: base64url(8_000),
    authenticatorData: base64url(8_000),
    signature: base64url(8_000),
    userHandle: v.optional(base64url(200), ''),
  }),
});

/** `PATCH /api/account/passkeys/:id` */
export const PasskeyPatch = v.object({ name: name(60) });
