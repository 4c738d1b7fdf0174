import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import * as v from 'valibot';
import { truncateText } from '../protocol/truncate-text.ts';
import type { OidcProvider } from '../settings.ts';
import { exchangeCode, fetchJson, type Provider, ProviderError, type ProviderFlow } from './provider.ts';

/** https://docs.github.com/en/rest/users/users#get-the-authenticated-user */
const userShape = v.object({
  id: v.pipe(v.number(), v.integer()),
  login: v.string(),
  name: v.optional(v.nullable(v.string()), null),
});

/** RFC 6749, 5.1. GitHub answers 200 even if it refuses the code. */
const tokenShape = v.object({ access_token: v.string() });

/** GitHub, or a self-hosted GitHub server: OAuth without an ID token, so the user is fetched from its API. */
export function githubProvider({ issuer, clientId, clientSecret }: OidcProvider): Provider {
  const base = issuer.replace(/\/$/, '');
  const userUrl = base === 'https://github.com' ? 'https://api.github.com/user' : `${base}/api/v3/user`;
  const clientOf = ({ redirectUri }: ProviderFlow) => new OAuth2Client(clientId, clientSecret, redirectUri);
  return {
    authorizationUrl: async (flow, state) =>
      clientOf(flow).createAuthorizationURLWithPKCE(
        `${base}/login/oauth/authorize`,
        state,
        CodeChallengeMethod.S256,
        flow.verifier,
        [],
      ),
    userOf: async (flow, code) => {
      const tokenUrl = `${base}/login/oauth/access_token`;
      const given = v.safeParse(tokenShape, await exchangeCode({ clientId, clientSecret }, flow, tokenUrl, code));
      if (!given.success) throw new ProviderError(`${base} gave no access token`);
      const answer = await fetchJson(userUrl, { Authorization: `Bearer ${given.output.access_token}` });
      const user = v.safeParse(userShape, answer);
      if (!user.success) throw new ProviderError(`${userUrl} did not say who it is`);
      const { id, login, name } = user.output;
      return { subject: String(id), name: truncateText(name?.trim() || login, 100), label: login };
    },
  };
}
