import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from '@simplewebauthn/browser';
import type {
  ConnectionDetail,
  IdentityEntry,
  LoginEntry,
  PasskeyEntry,
  SignInAnswer,
} from '../../src/protocol/resources.ts';
import type { Api } from './api.ts';

export type AccountCalls = ReturnType<typeof accountCalls>;

const encode = encodeURIComponent;

/** The browser's own, in which the daily credits of a new account begin. */
const timeZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The API calls for sign-in, connection and account. Each rejects with an `ApiError`. */
export function accountCalls({ json, done }: Pick<Api, 'json' | 'done'>) {
  return {
    connectKey: (key: string) => json<ConnectionDetail>('POST', '/api/account/connection', { kind: 'api_key', key }),
    disconnect: () => done('DELETE', '/api/account/connection'),
    oauthStart: () => json<{ url: string }>('POST', '/api/account/connection/oauth/start'),
    /** @param code `code#state`, or the whole redirect address */
    oauthFinish: (code: string) => json<ConnectionDetail>('POST', '/api/account/connection/oauth/finish', { code }),
    registerOptions: () => json<PublicKeyCredentialCreationOptionsJSON>('POST', '/api/auth/passkey/register/options'),
    register: (made: RegistrationResponseJSON) =>
      json<SignInAnswer>('POST', '/api/auth/passkey/register', { ...made, timeZone: timeZone() }),
    loginOptions: () => json<PublicKeyCredentialRequestOptionsJSON>('POST', '/api/auth/passkey/login/options'),
    login: (signed: AuthenticationResponseJSON) => json<SignInAnswer>('POST', '/api/auth/passkey/login', signed),
    /**
     * @param back path to return to after the sign-in
     * @param proof whether who is signed in proves that they are there, instead of linking the provider
     */
    providerStart: (provider: string, back: string, proof = false) =>
      json<{ url: string }>('POST', `/api/auth/oidc/${encode(provider)}`, {
        return: back,
        proof,
        timeZone: timeZone(),
      }),
    signOut: (everywhere: boolean) => done('POST', '/api/auth/sign-out', { everywhere }),
    passkeys: () => json<PasskeyEntry[]>('GET', '/api/account/passkeys'),
    renamePasskey: (id: string, name: string) => done('PATCH', `/api/account/passkeys/${encode(id)}`, { name }),
    removePasskey: (id: string) => done('DELETE', `/api/account/passkeys/${encode(id)}`),
    logins: () => json<LoginEntry[]>('GET', '/api/account/logins'),
    endLogin: (id: string) => done('DELETE', `/api/account/logins/${encode(id)}`),
    identities: () => json<IdentityEntry[]>('GET', '/api/account/identities'),
    unlink: (id: string) => done('DELETE', `/api/account/identities/${encode(id)}`),
    remove: () => done('DELETE', '/api/account'),
  };
}
