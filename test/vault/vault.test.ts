import { randomBytes } from 'node:crypto';
import { base64url, CompactEncrypt, type CompactJWEHeaderParameters } from 'jose';
import { expect, it } from 'vitest';
import { open, seal, VaultError } from '../../src/vault/vault.ts';

const key = () => randomBytes(32).toString('base64url');
const k1 = key();
const keys = { active: 'k1', keys: { k1, k2: key() } };
const binding = { account: 'account', purpose: 'connection', version: 3 };
const plaintext = JSON.stringify({ kind: 'api_key', key: 'sk-canary' });

const faultOf = (sealed: string, opened = keys, bound = binding): Promise<unknown> =>
  open(opened, sealed, bound).then(
    () => 'opened',
    (error: unknown) => (error instanceof VaultError ? error.fault : error),
  );

it('opens what it has sealed, also once another key is the active one', async () => {
  const sealed = await seal(keys, plaintext, binding);
  expect(sealed).not.toContain('canary');
  expect(await open({ ...keys, active: 'k2' }, sealed, binding)).toEqual({ plaintext, kid: 'k1' });
});

it('opens no record in which a bit was flipped: 10,000 random ones', async () => {
  const sealed = Buffer.from(await seal(keys, plaintext, binding));
  const random = randomBytes(80_000);
  for (let n = 0; n < 10_000; n++) {
    const at = random.readUInt32LE(n * 8) % (sealed.length * 8);
    const flipped = Buffer.from(sealed);
    flipped[at >> 3] = (flipped[at >> 3] ?? 0) ^ (1 << (at & 7));
    expect(await faultOf(flipped.toString('latin1')), `bit ${at}`).toMatch(/^(refused|unknown_key)$/);
  }
});

it.each([
  ['of another account', { ...binding, account: 'other' }],
  ['for another purpose', { ...binding, purpose: 'flow' }],
  ['of an older version', { ...binding, version: 2 }],
])('opens no record %s', async (_, bound) => {
  expect(await faultOf(await seal(keys, plaintext, bound))).toBe('refused');
});

it('tells a key that it does not have from one that does not fit', async () => {
  const sealed = await seal({ active: 'k9', keys: { k9: key() } }, plaintext, binding);
  expect(await faultOf(sealed)).toBe('unknown_key');
  expect(await faultOf(sealed, { active: 'k1', keys: { ...keys.keys, k9: key() } as typeof keys.keys })).toBe(
    'refused',
  );
  const inherited = await seal({ active: 'toString', keys: { toString: key() } }, plaintext, binding);
  expect(await faultOf(inherited)).toBe('unknown_key');
});

const ours = { alg: 'A256KW', enc: 'A256GCM', kid: 'k1', sub: 'account', purpose: 'connection', version: 3 };

it.each<[string, CompactJWEHeaderParameters]>([
  ['the key itself as content key', { ...ours, alg: 'dir' }],
  ['another key wrapping', { ...ours, alg: 'A256GCMKW' }],
  ['a password', { ...ours, alg: 'PBES2-HS256+A128KW' }],
  ['another cipher', { ...ours, enc: 'A256CBC-HS512' }],
  ['a shorter key', { ...ours, enc: 'A128GCM' }],
  ['a field too many', { ...ours, typ: 'JWE' }],
  ['compression', { ...ours, zip: 'DEF' }],
])('opens no record that was sealed with %s', async (_, header) => {
  const bytes = base64url.decode(k1);
  const sealed = await new CompactEncrypt(new TextEncoder().encode(plaintext))
    .setProtectedHeader(header)
    .encrypt(bytes);
  expect(await faultOf(sealed)).toBe('refused');
});

it('opens nothing that is no record', async () => {
  const [head] = (await seal(keys, plaintext, binding)).split('.');
  for (const text of ['', '.', '....', 'e30....', `${head}....`, `${base64url.encode('null')}.a.a.a.a`, plaintext])
    expect(await faultOf(text)).toBe('refused');
});
