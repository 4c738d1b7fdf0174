import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import { createRemoteJWKSet, customFetch, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import * as v from 'valibot';
import { isSecureUrl } from '../net/secure-url.ts';
import { truncateText } from '../protocol/truncate-text.ts';
import type { OidcProvider } from '../settings.ts';
import { exchangeCode, fetchJson, fetchKeys, type Provider, ProviderError, type ProviderFlow } from './provider.ts';

/** Accepted signature algorithms of an ID token: asymmetric ones only, so that the client secret can never serve as a key. */
const algorithms = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
];

/** A discovery document is cached for this time. Milliseconds. */
const discoveryFreshMs = 60 * 60_000;

/** The age of a proof at the provider, at the most. Seconds. */
const maxProofSeconds = 300;

/** Tolerated clock skew. Seconds. */
const clockTolerance = 60;

const endpointUrl = v.pipe(v.string(), v.check(isSecureUrl));

/** OpenID Connect Discovery 1.0, 3. */
const discoveryShape = v.object({
  issuer: v.string(),
  authorization_endpoint: endpointUrl,
  token_endpoint: endpointUrl,
  jwks_uri: endpointUrl,
  authorization_response_iss_parameter_supported: v.optional(v.boolean(), false),
});

/** OpenID Connect Core, 3.1.3.3. */
const tokenShape = v.object({ id_token: v.string() });

interface Discovery extends v.InferOutput<typeof discoveryShape> {
  keys: JWTVerifyGetKey;
  readAt: number;
}

const discoveries = new Map<string, Discovery>();

async function discover(issuer: string): Promise<Discovery> {
  const cached = discoveries.get(issuer);
  if (cached && Date.now() - cached.readAt < discoveryFreshMs) return cached;
  const answer = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const parsed = v.safeParse(discoveryShape, answer);
  if (!parsed.success) throw new ProviderError(`${issuer} has no usable discovery document`);
  if (parsed.output.issuer !== issuer) throw new ProviderError(`${issuer} calls itself ${parsed.output.issuer}`);
  const keys = createRemoteJWKSet(new URL(parsed.output.jwks_uri), { [customFetch]: fetchKeys });
  const discovery = { ...parsed.output, keys, readAt: Date.now() };
  discoveries.set(issuer, discovery);
  return discovery;
}

/** A text claim of the ID token, cut to 100 characters for display; or null. */
function textOf(claims: JWTPayload, name: string): string | null {
  const value = claims[name];
  return typeof value === 'string' && value.trim() !== '' ? truncateText(value.trim(), 100) : null;
}

/** Whether a provider says that the person signed in before the flow began. One that does not say so is believed. */
function isOldProof(authTime: unknown, provenSince: number | null): boolean {
  if (provenSince === null || typeof authTime !== 'number') return false;
  return authTime + clockTolerance < Math.floor(provenSince / 1000);
}

/** Any provider of OpenID Connect: authorization code with PKCE, ID token verified with the provider's keys. */
export function openIdProvider({ issuer, clientId, clientSecret }: OidcProvider): Provider {
  const clientOf = ({ redirectUri }: ProviderFlow) => new OAuth2Client(clientId, clientSecret, redirectUri);

  /** OpenID Connect Core, 3.1.3.7. */
  const verifyIdToken = async (
    idToken: string,
    keys: JWTVerifyGetKey,
    nonce: string,
  ): Promise<JWTPayload & { sub: string }> => {
    const requiredClaims = ['sub', 'exp', 'iat', 'nonce'];
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience: clientId,
      algorithms,
      clockTolerance,
      requiredClaims,
    }).catch((error: unknown) => {
      throw new ProviderError(`the ID token of ${issuer} is not valid: ${error}`);
    });
    const { aud, azp, sub } = payload;
    if (payload.nonce !== nonce) throw new ProviderError(`the ID token of ${issuer} is for another sign-in`);
    if ((Array.isArray(aud) && aud.length > 1 && azp !== clientId) || (azp !== undefined && azp !== clientId))
      throw new ProviderError(`the ID token of ${issuer} is for another client`);
    if (typeof sub !== 'string' || sub === '' || sub.length > 255)
      throw new ProviderError(`the ID token of ${issuer} names nobody`);
    return { ...payload, sub };
  };

  return {
    authorizationUrl: async (flow, state) => {
      const { authorization_endpoint } = await discover(issuer);
      const scopes = ['openid', 'profile', 'email'];
      const url = clientOf(flow).createAuthorizationURLWithPKCE(
        authorization_endpoint,
        state,
        CodeChallengeMethod.S256,
        flow.verifier,
        scopes,
      );
      url.searchParams.set('nonce', flow.nonce);
      if (flow.provenSince !== null) {
        // OpenID Connect Core, 3.1.2.1. With `max_age` the ID token has to say when the person signed in.
        url.searchParams.set('prompt', 'login');
        url.searchParams.set('max_age', String(maxProofSeconds));
      }
      return url;
    },
    userOf: async (flow, code, iss) => {
      const discovery = await discover(issuer);
      // Mix-up attack: the answer of another provider (RFC 9207).
      if (iss === null ? discovery.authorization_response_iss_parameter_supported : iss !== issuer)
        throw new ProviderError(`the answer is not one of ${issuer}`);
      const tokens = await exchangeCode({ clientId, clientSecret }, flow, discovery.token_endpoint, code);
      const given = v.safeParse(tokenShape, tokens);
      if (!given.success) throw new ProviderError(`${issuer} gave no ID token`);
      const claims = await verifyIdToken(given.output.id_token, discovery.keys, flow.nonce);
      if (isOldProof(claims.auth_time, flow.provenSince))
        throw new ProviderError(`${issuer} did not ask the person again`);
      return {
        subject: claims.sub,
        name: textOf(claims, 'name'),
        label: textOf(claims, 'email') ?? textOf(claims, 'preferred_username') ?? textOf(claims, 'name'),
      };
    },
  };
}
