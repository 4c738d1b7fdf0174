import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import type { Visitor } from './visitor.ts';

/** The parts of the server's creation options that an authenticator uses. */
export interface CreationOptions {
  challenge: string;
  rp: { id: string };
  user: { id: string; name: string };
  excludeCredentials: { id: string }[];
}

interface Passkey {
  id: string;
  rpId: string;
  userHandle: string;
  key: KeyObject;
  counter: number;
}

/** A passkey with its private key, as JSON. */
export interface ExportedPasskey extends Omit<Passkey, 'key'> {
  key: JsonWebKey;
}

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest();

/** Encodes the CBOR (RFC 8949) of an attestation: small numbers, texts, bytes, maps. */
function cbor(value: number | string | Uint8Array | [unknown, unknown][]): Buffer {
  const head = (major: number, n: number): Buffer =>
    n < 24
      ? Buffer.from([(major << 5) | n])
      : n < 256
        ? Buffer.from([(major << 5) | 24, n])
        : Buffer.from([(major << 5) | 25, n >> 8, n & 255]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  return Buffer.concat([head(5, value.length), ...value.flat().map((one) => cbor(one as number))]);
}

/** A software authenticator with its browser: creates discoverable passkeys (ES256) and signs with them. */
export class Authenticator {
  readonly passkeys: Passkey[] = [];
  /** The origin that the browser claims; null: the visitor's own. */
  origin: string | null = null;
  /** Whether it has a signature counter. */
  counts = true;
  /** Whether it checks its user: the flag UV (WebAuthn 3, 6.1). */
  verifiesUser = true;

  /** The answer of `navigator.credentials.create`. */
  create(options: CreationOptions, origin: string): Record<string, unknown> {
    if (options.excludeCredentials.some(({ id }) => this.passkeys.some((passkey) => passkey.id === id)))
      throw new Error('This authenticator has a passkey for the account already.');
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const id = randomBytes(16);
    const cose = cbor([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
    const passkey = {
      id: id.toString('base64url'),
      rpId: options.rp.id,
      userHandle: options.user.id,
      key: privateKey,
      counter: 0,
    };
    this.passkeys.push(passkey);
    const length = Buffer.from([id.length >> 8, id.length & 255]);
    const authData = Buffer.concat([
      this.#head(passkey, this.verifiesUser ? 0x45 : 0x41),
      Buffer.alloc(16),
      length,
      id,
      cose,
    ]);
    const attestation = cbor([
      ['fmt', 'none'],
      ['attStmt', []],
      ['authData', authData],
    ]);
    return answer(passkey.id, {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, origin).toString('base64url'),
      attestationObject: attestation.toString('base64url'),
      transports: ['internal'],
    });
  }

  /** The answer of `navigator.credentials.get`. */
  get({ challenge, rpId }: { challenge: string; rpId: string }, origin: string, nth = -1): Record<string, unknown> {
    const passkey = this.passkeys.filter((one) => one.rpId === rpId).at(nth);
    if (!passkey) throw new Error('This authenticator has no passkey for the page.');
    if (this.counts) passkey.counter += 1;
    const clientData = this.#clientData('webauthn.get', challenge, origin);
    const authData = this.#head(passkey, this.verifiesUser ? 0x05 : 0x01);
    const signature = sign('sha256', Buffer.concat([authData, sha256(clientData)]), passkey.key);
    return answer(passkey.id, {
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: authData.toString('base64url'),
      signature: signature.toString('base64url'),
      userHandle: passkey.userHandle,
    });
  }

  /** Its passkeys, for `import`. */
  export(): ExportedPasskey[] {
    return this.passkeys.map((passkey) => ({ ...passkey, key: passkey.key.export({ format: 'jwk' }) }));
  }

  /** Adds passkeys of another authenticator. */
  import(passkeys: readonly ExportedPasskey[]): void {
    for (const passkey of passkeys)
      this.passkeys.push({ ...passkey, key: createPrivateKey({ key: passkey.key, format: 'jwk' }) });
  }

  /** Registers a passkey as the page does: signs the visitor in, or adds a passkey. */
  async register(visitor: Visitor, more: object = {}): Promise<{ projects: string }> {
    const options = await visitor.json<CreationOptions>('POST', '/api/auth/passkey/register/options', {});
    const made = this.create(options, this.origin ?? visitor.url);
    return visitor.json('POST', '/api/auth/passkey/register', { ...made, ...more });
  }

  /** Signs in as the page does. */
  async login(visitor: Visitor, nth = -1): Promise<{ projects: string }> {
    const options = await visitor.json<{ challenge: string; rpId: string }>(
      'POST',
      '/api/auth/passkey/login/options',
      {},
    );
    return visitor.json('POST', '/api/auth/passkey/login', this.get(options, this.origin ?? visitor.url, nth));
  }

  #head(passkey: Passkey, flags: number): Buffer {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(passkey.counter);
    return Buffer.concat([sha256(passkey.rpId), Buffer.from([flags]), counter]);
  }

  #clientData(type: string, challenge: string, origin: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.origin ?? origin, crossOrigin: false }));
  }
}

function answer(id: string, response: Record<string, unknown>): Record<string, unknown> {
  return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response };
}
