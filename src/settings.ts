import * as v from 'valibot';

/** The settings as they stand in the environment or in Worker vars and secrets: all strings, most of them optional. */
export interface SettingsEnv {
  ANTHROPIC_API_KEY?: string;
  ANTHROPIC_BASE_URL?: string;
  ANON_TURN_LIMIT?: string;
  HOSTED_DAILY_USD?: string;
  NEW_VISITORS_PER_ADDRESS?: string;
  CLAUDE_MAX_RETRIES?: string;
  CLAUDE_RETRY_BASE_MS?: string;
  PREVIEW_HOST?: string;
  SESSION_SECRET?: string;
  /** Set by `npm start` where the scripted model answers instead of Claude. */
  REDRAW_DEMO?: string;
}

const integer = (name: string, min: number, max: number, fallback: number) =>
  v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}$/, `${name} must be a whole number.`),
      v.transform(Number),
      v.minValue(min, `${name} must be at least ${min}.`),
      v.maxValue(max, `${name} must be at most ${max}.`),
    ),
    String(fallback),
  );

const schema = v.object({
  // It goes out as a header: anything but visible ASCII would fail only then.
  ANTHROPIC_API_KEY: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.regex(/^[\x21-\x7e]+$/, 'ANTHROPIC_API_KEY must be one word of plain letters, digits and signs.'),
    ),
  ),
  ANTHROPIC_BASE_URL: v.optional(
    v.pipe(
      v.string(),
      v.url('ANTHROPIC_BASE_URL must be a URL.'),
      v.regex(/^https?:/, 'ANTHROPIC_BASE_URL must be a http or https URL.'),
    ),
  ),
  ANON_TURN_LIMIT: integer('ANON_TURN_LIMIT', 0, 1_000_000, 6),
  HOSTED_DAILY_USD: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^\d{1,9}(\.\d{1,6})?$/, 'HOSTED_DAILY_USD must be an amount of dollars such as 25 or 2.50.'),
      v.transform(Number),
    ),
    '25',
  ),
  NEW_VISITORS_PER_ADDRESS: v.optional(integer('NEW_VISITORS_PER_ADDRESS', 0, 1_000_000, 4)),
  CLAUDE_MAX_RETRIES: integer('CLAUDE_MAX_RETRIES', 0, 100, 10),
  CLAUDE_RETRY_BASE_MS: integer('CLAUDE_RETRY_BASE_MS', 1, 60_000, 500),
  PREVIEW_HOST: v.pipe(
    v.string('PREVIEW_HOST is missing: the host below which previews live, for example preview.example.com.'),
    v.toLowerCase(),
    v.regex(/^[a-z0-9.-]+(:\d{1,5})?$/, 'PREVIEW_HOST must be a host name, with a port where it has one.'),
  ),
  SESSION_SECRET: v.pipe(
    v.string('SESSION_SECRET is missing: it signs the visitor cookies.'),
    v.minLength(32, 'SESSION_SECRET must have at least 32 characters.'),
  ),
  REDRAW_DEMO: v.optional(v.string()),
});

/** The settings as the rooms use them. Amounts are dollars, times milliseconds. */
export interface Settings {
  /** Null where the operator shares no key. */
  anthropicKey: string | null;
  anthropicBaseUrl: string;
  anonTurnLimit: number;
  hostedDailyUsd: number;
  /** Null where it was not set: then loopback is exempt. */
  newVisitorsPerAddress: number | null;
  claudeMaxRetries: number;
  claudeRetryBaseMs: number;
  previewHost: string;
  sessionSecret: string;
  demo: boolean;
}

/** New visitors with trial turns a day from one address, where the operator sets nothing. */
export const defaultNewVisitors = 4;

const anthropicUrl = 'https://api.anthropic.com';

/** Thrown where a setting is missing or malformed; the message is one sentence that names it. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

function given(env: object, name: string): boolean {
  const value: unknown = Reflect.get(env, name);
  return typeof value === 'string' && value.trim() !== '';
}

/**
 * Reads and checks the settings; an empty setting counts as absent.
 *
 * @throws SettingsError with one sentence for the first setting that is missing or malformed
 */
export function readSettings(env: SettingsEnv): Settings {
  // What is absent stands there as undefined: a key that is not there at all would be told in valibot's words.
  const values = Object.keys(schema.entries).map((name) => [
    name,
    given(env, name) ? Reflect.get(env, name) : undefined,
  ]);
  const parsed = v.safeParse(schema, Object.fromEntries(values));
  if (!parsed.success) throw new SettingsError(parsed.issues[0].message);
  const s = parsed.output;
  return {
    // A Messages API endpoint of the operator's own may need no key; the client wants one all the same.
    anthropicKey: s.ANTHROPIC_API_KEY ?? (s.ANTHROPIC_BASE_URL === undefined ? null : 'none'),
    anthropicBaseUrl: s.ANTHROPIC_BASE_URL ?? anthropicUrl,
    anonTurnLimit: s.ANON_TURN_LIMIT,
    hostedDailyUsd: s.HOSTED_DAILY_USD,
    newVisitorsPerAddress: given(env, 'NEW_VISITORS_PER_ADDRESS') ? (s.NEW_VISITORS_PER_ADDRESS ?? null) : null,
    claudeMaxRetries: s.CLAUDE_MAX_RETRIES,
    claudeRetryBaseMs: s.CLAUDE_RETRY_BASE_MS,
    previewHost: s.PREVIEW_HOST,
    sessionSecret: s.SESSION_SECRET,
    demo: s.REDRAW_DEMO === '1',
  };
}
