import * as v from 'valibot';
import { type CreditSettings, creditSettings, creditSettingsOf } from './credit-settings.ts';
import { isSecureUrl } from './net/secure-url.ts';
import { toSessionKeys } from './session-keys.ts';
import { integer, json, secureUrl } from './setting-shapes.ts';

/** The raw settings of the environment, or of Worker vars and secrets: all strings, most of them optional. */
export interface SettingsEnv extends Partial<Record<keyof typeof creditSettings, string>> {
  ANTHROPIC_API_KEY?: string;
  ANTHROPIC_BASE_URL?: string;
  ANON_TURN_LIMIT?: string;
  HOSTED_DAILY_USD?: string;
  NEW_VISITORS_PER_ADDRESS?: string;
  SIGN_UPS_PER_ADDRESS?: string;
  PROJECTS_PER_ADDRESS?: string;
  UPLOAD_MIB_PER_ADDRESS?: string;
  CLAUDE_MAX_RETRIES?: string;
  CLAUDE_RETRY_BASE_MS?: string;
  PREVIEW_HOST?: string;
  SESSION_SECRET?: string;
  VAULT_KEYS?: string;
  HOSTED_DAILY_TURNS?: string;
  KEY_CHECKS_PER_ADDRESS?: string;
  CALLS_PER_MINUTE?: string;
  TURNSTILE_SITE_KEY?: string;
  TURNSTILE_SECRET?: string;
  POSTHOG_KEY?: string;
  POSTHOG_HOST?: string;
  OIDC_PROVIDERS?: string;
  NPM_REGISTRY?: string;
  CLAUDE_OAUTH_CLIENT_ID?: string;
  CLAUDE_OAUTH_AUTHORIZE_URL?: string;
  CLAUDE_OAUTH_TOKEN_URL?: string;
  CLAUDE_OAUTH_REDIRECT_URI?: string;
  CLAUDE_OAUTH_SCOPES?: string;
  CLAUDE_OAUTH_BETA?: string;
  CLAUDE_OAUTH_TOKEN_FORMAT?: string;
  CLAUDE_OAUTH_ACKNOWLEDGED?: string;
  MAX_PROJECT_BYTES?: string;
  VISITOR_PROJECT_DAYS?: string;
  CLOCK_OFFSET_MS?: string;
  /** Set by `npm start` where no container can run: the reason, for people. */
  REDRAW_NO_CONTAINERS?: string;
  /** Set by `npm start` where a scripted model answers instead of Claude. */
  REDRAW_DEMO?: string;
}

/** Default limit of new visitors and accounts with turns that the operator pays, per day and address. */
export const defaultNewVisitors = 4;

/** Default limit of new accounts per day and address: more than one office makes at its keyboards. */
export const defaultSignUps = 100;

/** Default limit of new projects per day and address. */
export const defaultNewProjects = 30;

/** Default limit of MiB that visitors upload per day and address. */
export const defaultUploadMib = 2_048;

/** Default limit of key checks against Claude per hour and address. */
export const defaultKeyChecks = 10;

/** Default limit of calls with an unsafe method, per minute and caller; that of the bindings in `wrangler.toml`. */
export const defaultCallsPerMinute = 300;

/** 32 bytes in base64url, as A256KW needs them (RFC 7518, 4.4). */
const vaultKey = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{43}=?$/));

const vaultKeys = v.pipe(
  v.object({ active: v.string(), keys: v.record(v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,32}$/)), vaultKey) }),
  v.check(({ active, keys }) => Object.hasOwn(keys, active)),
);

const oidcProviders = v.array(
  v.object({
    id: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,32}$/)),
    name: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(60)),
    issuer: v.pipe(v.string(), v.check(isSecureUrl)),
    clientId: v.pipe(v.string(), v.nonEmpty()),
    clientSecret: v.pipe(v.string(), v.nonEmpty()),
  }),
);

const schema = v.object({
  ...creditSettings,
  // Sent as a header: anything but visible ASCII would fail only at the first request.
  ANTHROPIC_API_KEY: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^[\x21-\x7e]+$/, 'ANTHROPIC_API_KEY must be one word of plain letters, digits and signs.'),
    ),
  ),
  ANTHROPIC_BASE_URL: v.optional(secureUrl('ANTHROPIC_BASE_URL')),
  ANON_TURN_LIMIT: integer('ANON_TURN_LIMIT', 0, 1_000_000, 6),
  HOSTED_DAILY_USD: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}(\.\d{1,6})?$/, 'HOSTED_DAILY_USD must be an amount of dollars such as 25 or 2.50.'),
      v.transform(Number),
    ),
    '25',
  ),
  NEW_VISITORS_PER_ADDRESS: v.optional(integer('NEW_VISITORS_PER_ADDRESS', 0, 1_000_000, defaultNewVisitors)),
  SIGN_UPS_PER_ADDRESS: v.optional(integer('SIGN_UPS_PER_ADDRESS', 0, 1_000_000, defaultSignUps)),
  PROJECTS_PER_ADDRESS: v.optional(integer('PROJECTS_PER_ADDRESS', 0, 1_000_000, defaultNewProjects)),
  UPLOAD_MIB_PER_ADDRESS: v.optional(integer('UPLOAD_MIB_PER_ADDRESS', 0, 1_000_000, defaultUploadMib)),
  CLAUDE_MAX_RETRIES: integer('CLAUDE_MAX_RETRIES', 0, 100, 10),
  CLAUDE_RETRY_BASE_MS: integer('CLAUDE_RETRY_BASE_MS', 0, 60_000, 500),
  PREVIEW_HOST: v.pipe(
    v.string('PREVIEW_HOST is missing: the host below which previews live, for example preview.example.com.'),
    v.toLowerCase(),
    v.regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'PREVIEW_HOST must be a host name, with a port where it has one.'),
  ),
  SESSION_SECRET: v.pipe(
    v.string('SESSION_SECRET is missing: it signs the visitor cookies.'),
    v.rawTransform(toSessionKeys),
  ),
  REDRAW_DEMO: v.optional(v.string()),
  REDRAW_NO_CONTAINERS: v.optional(v.string()),
  VAULT_KEYS: json(
    vaultKeys,
    'VAULT_KEYS must be JSON such as {"active":"k1","keys":{"k1":"<base64url of 32 bytes>"}}, and hold the active key.',
    'VAULT_KEYS is missing: the keys that seal connections, as JSON such as {"active":"k1","keys":{"k1":"<base64url of 32 bytes>"}}.',
  ),
  HOSTED_DAILY_TURNS: integer('HOSTED_DAILY_TURNS', 0, 1_000_000, 20),
  CALLS_PER_MINUTE: v.optional(integer('CALLS_PER_MINUTE', 1, 1_000_000, defaultCallsPerMinute)),
  KEY_CHECKS_PER_ADDRESS: v.optional(integer('KEY_CHECKS_PER_ADDRESS', 0, 1_000_000, defaultKeyChecks)),
  TURNSTILE_SITE_KEY: v.optional(v.pipe(v.string(), v.trim())),
  TURNSTILE_SECRET: v.optional(v.pipe(v.string(), v.trim())),
  POSTHOG_KEY: v.optional(v.pipe(v.string(), v.trim())),
  POSTHOG_HOST: v.optional(secureUrl('POSTHOG_HOST')),
  OIDC_PROVIDERS: v.optional(
    json(
      oidcProviders,
      'OIDC_PROVIDERS must be a JSON list of {"id","name","issuer","clientId","clientSecret"}, each issuer an https URL.',
    ),
    '[]',
  ),
  // Read by the containers' Worker; checked here so that a start fails on it.
  NPM_REGISTRY: v.optional(secureUrl('NPM_REGISTRY')),
  CLAUDE_OAUTH_CLIENT_ID: v.optional(v.pipe(v.string(), v.trim())),
  CLAUDE_OAUTH_AUTHORIZE_URL: v.optional(secureUrl('CLAUDE_OAUTH_AUTHORIZE_URL')),
  CLAUDE_OAUTH_TOKEN_URL: v.optional(secureUrl('CLAUDE_OAUTH_TOKEN_URL')),
  CLAUDE_OAUTH_REDIRECT_URI: v.optional(secureUrl('CLAUDE_OAUTH_REDIRECT_URI')),
  CLAUDE_OAUTH_SCOPES: v.optional(v.pipe(v.string(), v.trim())),
  CLAUDE_OAUTH_BETA: v.optional(v.pipe(v.string(), v.trim())),
  CLAUDE_OAUTH_TOKEN_FORMAT: v.optional(
    v.picklist(['json', 'form'], 'CLAUDE_OAUTH_TOKEN_FORMAT must be json or form.'),
    'json',
  ),
  CLAUDE_OAUTH_ACKNOWLEDGED: v.optional(v.pipe(v.string(), v.trim())),
  VISITOR_PROJECT_DAYS: integer('VISITOR_PROJECT_DAYS', 0, 36_500, 90),
  MAX_PROJECT_BYTES: integer('MAX_PROJECT_BYTES', 1024 * 1024, 999_999_999, 500 * 1024 * 1024),
  CLOCK_OFFSET_MS: v.optional(
    v.pipe(
      v.string(),
      // A year is eleven digits.
      v.regex(/^-?\d{1,12}$/, 'CLOCK_OFFSET_MS must be a whole number of milliseconds.'),
      v.transform(Number),
    ),
    '0',
  ),
});

/** Whether previews live on this machine: nobody else is served. */
function isLocal(previewHost: string): boolean {
  return /^([a-z0-9-]+\.)*localhost(:\d+)?$/.test(previewHost);
}

/** The parsed settings. Amounts are in dollars, times in milliseconds. */
export interface Settings {
  /** Null where the operator shares no key. */
  anthropicKey: string | null;
  anthropicBaseUrl: string;
  anonTurnLimit: number;
  hostedDailyUsd: number;
  /** Null where it is not set: the default applies, and loopback is exempt. */
  newVisitorsPerAddress: number | null;
  /** New accounts a UTC day. Null as above. */
  signUpsPerAddress: number | null;
  /** New projects a UTC day. Null as above. */
  projectsPerAddress: number | null;
  /** MiB a UTC day. Null as above. */
  uploadMibPerAddress: number | null;
  claudeMaxRetries: number;
  claudeRetryBaseMs: number;
  previewHost: string;
  /** The keys that verify cookies, the one that signs them first. */
  sessionKeys: string[];
  vaultKeys: VaultKeys;
  hostedDailyTurns: number;
  /** Null where it is not set: the default applies, and loopback is exempt. */
  keyChecksPerAddress: number | null;
  /** Null where it is not set: the default applies, and loopback is exempt. */
  callsPerMinute: number | null;
  /** Null where the check of new visitors is off. */
  turnstile: { siteKey: string; secret: string } | null;
  posthog: { key: string; host: string } | null;
  oidcProviders: OidcProvider[];
  /** Null unless the operator has set all of it and acknowledged Anthropic's terms. */
  claudeOAuth: ClaudeOAuth | null;
  demo: boolean;
  /** The reason why no container can run here, where it is known. */
  noContainers: string | null;
  /** What a project may keep, its versions included. */
  maxProjectBytes: number;
  /** Days without use after which a visitor's project is deleted; 0: never. */
  visitorProjectDays: number;
  /** Null where turns that the operator pays cost no credits. */
  credits: CreditSettings | null;
  supportEmail: string | null;
  /** Null where the operator's calls and page do not exist. */
  operatorSecret: string | null;
  /** What `offsetClock` adds to the time of expiries. 0 anywhere but on a local machine. */
  clockOffsetMs: number;
}

/** The keys that seal secrets, by id; each is base64url of 32 bytes. New records are sealed with the active key. */
export type VaultKeys = v.InferOutput<typeof vaultKeys>;

export type OidcProvider = v.InferOutput<typeof oidcProviders>[number];

/** The OAuth client that the operator has registered for connections to Claude. */
export interface ClaudeOAuth {
  clientId: string;
  authorizeUrl: string;
  tokenUrl: string;
  redirectUri: string;
  /** Separated by spaces (RFC 6749, 3.3). */
  scopes: string;
  /** The value of `anthropic-beta` for requests with an OAuth token. */
  beta: string;
  /** The encoding of the token request. */
  tokenFormat: 'json' | 'form';
}

const anthropicUrl = 'https://api.anthropic.com';

/** Thrown where a setting is missing or malformed; the message is one sentence that names it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function claudeOAuthOf(s: v.InferOutput<typeof schema>): ClaudeOAuth | null {
  const clientId = s.CLAUDE_OAUTH_CLIENT_ID;
  const authorizeUrl = s.CLAUDE_OAUTH_AUTHORIZE_URL;
  const tokenUrl = s.CLAUDE_OAUTH_TOKEN_URL;
  const redirectUri = s.CLAUDE_OAUTH_REDIRECT_URI;
  const scopes = s.CLAUDE_OAUTH_SCOPES;
  const beta = s.CLAUDE_OAUTH_BETA;
  if (!clientId || !authorizeUrl || !tokenUrl || !redirectUri || !scopes || !beta) return null;
  if (s.CLAUDE_OAUTH_ACKNOWLEDGED !== 'yes') return null;
  return { clientId, authorizeUrl, tokenUrl, redirectUri, scopes, beta, tokenFormat: s.CLAUDE_OAUTH_TOKEN_FORMAT };
}

function isGiven(env: object, name: string): boolean {
  const value: unknown = Reflect.get(env, name);
  return typeof value === 'string' && value.trim() !== '';
}

/**
 * Reads and checks the settings; an empty setting counts as absent.
 *
 * @throws SettingsError with one sentence for the first setting that is missing or malformed
 */
export function readSettings(env: SettingsEnv): Settings {
  // An absent setting is set to undefined: valibot has a message of its own for an absent key.
  const values = Object.keys(schema.entries).map((name) => [
    name,
    isGiven(env, name) ? Reflect.get(env, name) : undefined,
  ]);
  const parsed = v.safeParse(schema, Object.fromEntries(values));
  if (!parsed.success) throw new SettingsError(parsed.issues[0].message);
  const s = parsed.output;
  if (s.CLOCK_OFFSET_MS !== 0 && !isLocal(s.PREVIEW_HOST))
    throw new SettingsError('CLOCK_OFFSET_MS is for a local machine only: PREVIEW_HOST must be on localhost.');
  if (s.TURNSTILE_SITE_KEY !== undefined && s.TURNSTILE_SECRET === undefined)
    throw new SettingsError('TURNSTILE_SITE_KEY needs its TURNSTILE_SECRET: without it nobody is checked.');
  return {
    // An operator's own Messages API endpoint may need no key, but the client requires one.
    anthropicKey: s.ANTHROPIC_API_KEY ?? (s.ANTHROPIC_BASE_URL === undefined ? null : 'none'),
    anthropicBaseUrl: s.ANTHROPIC_BASE_URL ?? anthropicUrl,
    anonTurnLimit: s.ANON_TURN_LIMIT,
    hostedDailyUsd: s.HOSTED_DAILY_USD,
    newVisitorsPerAddress: isGiven(env, 'NEW_VISITORS_PER_ADDRESS') ? (s.NEW_VISITORS_PER_ADDRESS ?? null) : null,
    signUpsPerAddress: isGiven(env, 'SIGN_UPS_PER_ADDRESS') ? (s.SIGN_UPS_PER_ADDRESS ?? null) : null,
    projectsPerAddress: isGiven(env, 'PROJECTS_PER_ADDRESS') ? (s.PROJECTS_PER_ADDRESS ?? null) : null,
    uploadMibPerAddress: isGiven(env, 'UPLOAD_MIB_PER_ADDRESS') ? (s.UPLOAD_MIB_PER_ADDRESS ?? null) : null,
    claudeMaxRetries: s.CLAUDE_MAX_RETRIES,
    claudeRetryBaseMs: s.CLAUDE_RETRY_BASE_MS,
    previewHost: s.PREVIEW_HOST,
    sessionKeys: s.SESSION_SECRET,
    vaultKeys: s.VAULT_KEYS,
    hostedDailyTurns: s.HOSTED_DAILY_TURNS,
    callsPerMinute: isGiven(env, 'CALLS_PER_MINUTE') ? (s.CALLS_PER_MINUTE ?? null) : null,
    keyChecksPerAddress: isGiven(env, 'KEY_CHECKS_PER_ADDRESS') ? (s.KEY_CHECKS_PER_ADDRESS ?? null) : null,
    turnstile:
      s.TURNSTILE_SITE_KEY !== undefined && s.TURNSTILE_SECRET !== undefined
        ? { siteKey: s.TURNSTILE_SITE_KEY, secret: s.TURNSTILE_SECRET }
        : null,
    posthog:
      s.POSTHOG_KEY === undefined ? null : { key: s.POSTHOG_KEY, host: s.POSTHOG_HOST ?? 'https://eu.i.posthog.com' },
    oidcProviders: s.OIDC_PROVIDERS,
    claudeOAuth: claudeOAuthOf(s),
    demo: s.REDRAW_DEMO === '1',
    noContainers: s.REDRAW_NO_CONTAINERS ?? null,
    maxProjectBytes: s.MAX_PROJECT_BYTES,
    visitorProjectDays: s.VISITOR_PROJECT_DAYS,
    credits: creditSettingsOf(s),
    supportEmail: s.SUPPORT_EMAIL ?? null,
    operatorSecret: s.OPERATOR_SECRET ?? null,
    clockOffsetMs: s.CLOCK_OFFSET_MS,
  };
}
