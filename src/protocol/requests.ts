import * as v from 'valibot';
import { limits } from './limits.ts';

const prompt = v.pipe(
  v.string(),
  v.check((text) => text.trim().length > 0, 'Write what you would like to build.'),
  v.maxLength(limits.promptChars, `A prompt may have ${limits.promptChars} characters.`),
);

const path = v.pipe(v.string(), v.nonEmpty(), v.maxLength(limits.pathChars));

/** UNIX milliseconds at which a queued prompt starts at the earliest. */
const startTime = v.pipe(
  v.number('A time is a number of milliseconds.'),
  v.integer('A time is a whole number of milliseconds.'),
  v.check((at) => at >= 0 && at <= Date.now() + limits.queueAheadMs, 'A prompt can be set at most 60 days ahead.'),
);

/** `POST /api/chat` */
export const ChatRequest = v.object({
  session: v.optional(v.pipe(v.string(), v.regex(/^[a-z2-7]{26}$/, 'This is not a session id.'))),
  prompt,
  model: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))),
  attachments: v.optional(v.pipe(v.array(path), v.maxLength(20))),
  /** "Try anyway", while the account is known to be at its limit. */
  force: v.optional(v.boolean()),
  /** The prompt is queued until then, also where nothing runs. Only in a session that is there. */
  notBefore: v.optional(startTime),
  /** What Cloudflare's widget gave, where `challenge_required` asked for it. */
  turnstile: v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(2048))),
});
export type ChatRequest = v.InferOutput<typeof ChatRequest>;

/** `PATCH /api/sessions/:id` */
export const SessionPatch = v.object({
  title: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(limits.titleChars)),
});

/** `POST /api/sessions/:id/revert` */
export const RevertRequest = v.object({ version: v.pipe(v.number(), v.integer(), v.minValue(1)) });

/** `PATCH /api/sessions/:id/queue/:item` */
export const QueuePatch = v.pipe(
  v.object({
    prompt: v.optional(prompt),
    /** From 1; one beyond the end is the last. */
    place: v.optional(
      v.pipe(
        v.number('A place is a number.'),
        v.integer('A place is a whole number.'),
        v.minValue(1, 'Places begin at 1.'),
      ),
    ),
    /** Null: as soon as it is its turn. */
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

/** `PUT /api/sessions/:id/network`: names of hosts, which are reached over HTTP and HTTPS. */
export const NetworkRequest = v.object({
  hosts: v.pipe(
    v.array(
      v.pipe(
        v.string(),
        v.trim(),
        v.toLowerCase(),
        v.maxLength(253),
        v.regex(
          /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])$/,
          'Give a host by its name, such as api.example.com: no address of numbers, no port, no path.',
        ),
        v.check(
          (host) => !/(?:^|\.)(?:localhost|local|internal|lan|home|arpa)$/.test(host),
          'Only hosts of the public internet can be opened.',
        ),
      ),
    ),
    v.maxLength(20, 'At most 20 hosts can be opened.'),
  ),
});

const line = v.pipe(v.string(), v.maxLength(2_000));

/** Where an error happened, in the author's own source. Line and column count from 1. */
export const SourceSpot = v.object({
  file: v.pipe(v.string(), v.maxLength(500)),
  line: v.optional(v.number()),
  column: v.optional(v.number()),
});
export type SourceSpot = v.InferOutput<typeof SourceSpot>;

export const PreviewProblem = v.object({
  kind: v.picklist(['console', 'exception', 'request', 'build']),
  message: line,
  spot: v.optional(SourceSpot),
  /** Frames in the original source, newest first, one a line. */
  stack: v.optional(v.pipe(v.string(), v.maxLength(4_000))),
});
export type PreviewProblem = v.InferOutput<typeof PreviewProblem>;

/** What the browser saw of one revision: `POST /api/sessions/:id/preview/report`. */
export const PreviewReport = v.object({
  revision: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** Path of the app that was open, `/` at first. */
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
    v.nonEmpty('Paste the key.'),
    v.maxLength(500),
    v.regex(/^[\x21-\x7e]+$/, 'A key is one word of plain letters, digits and signs.'),
  ),
});

/** `POST /api/account/connection/oauth/finish`: what the visitor pasted (`code#state`, or the whole address), or what arrived. */
export const OAuthFinish = v.object({ code: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(4_000)) });

/** `POST /api/auth/oidc/:provider`: `return` is the page to come back to, a path of Redraw's own. */
export const OidcStart = v.object({
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

/** `POST /api/auth/passkey/register`: what the browser made of the options (WebAuthn 3, 5.1.8). */
export const PasskeyRegistrationResponse = v.object({
  ...credential,
  response: v.object({
    clientDataJSON: base64url(8_000),
    attestationObject: base64url(100_000),
    transports: v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(40))), v.maxLength(10)), []),
  }),
});

/** `POST /api/auth/passkey/login`: what the browser made of the options. */
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
export const PasskeyPatch = v.object({ name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(60)) });
