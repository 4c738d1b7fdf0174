import { createHmac } from 'node:crypto';
import { isSecureUrl } from '../../../src/net/secure-url.ts';
import { addressNetwork, isLoopback } from '../../../src/operator/address-network.ts';
import { parseByteRange } from '../../../src/preview/byte-range.ts';
import { isOwnHost, parsePreviewHost, previewUrl } from '../../../src/preview/preview-host.ts';
import { app } from '../../../src/routes/app.ts';
import type { AppEnv } from '../../../src/routes/http/app-env.ts';
import { attachment } from '../../../src/routes/http/content-disposition.ts';
import { deviceName } from '../../../src/sign-in/device-name.ts';
import {
  accountOf,
  checkLogin,
  checkRegistration,
  flowIdOf,
  loginOptions,
  registrationOptions,
} from '../../../src/sign-in/webauthn.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { filled, type GrowthCase, ofText } from '../growth-case.ts';

const host = 'localhost:8787';
const origin = `http://${host}`;
const id = 'a'.repeat(26);
const secret = 'growth'.repeat(8);

/** An object that has all and grants all: the routes before and after it are what is tried. */
const granting: object = new Proxy(
  {},
  {
    get: (_, name) => {
      if (name === 'then' || typeof name === 'symbol') return undefined;
      if (name === 'signIn') return () => granting;
      return async () => ({ ok: true, value: { body: '', bytes: 0, hash: '', url: origin }, account: id });
    },
  },
);

const objects = { getByName: () => granting };

const bindings = {
  SESSION_SECRET: secret,
  VAULT_KEYS: JSON.stringify({ active: 'k1', keys: { k1: Buffer.alloc(32).toString('base64url') } }),
  PREVIEW_HOST: host,
  CALLS_PER_MINUTE: '1000000',
  OPERATOR_SECRET: secret,
  ACCOUNT: objects,
  SESSION: objects,
  IDENTITY: objects,
  PREVIEW_LABEL: objects,
  TREASURY: objects,
  ASSETS: { fetch: async () => new Response('') },
} as unknown as AppEnv['Bindings'];

/** The cookie of a user who is signed in. */
const value = `${id}-${id}`;
const cookie = `__Host-redraw=${value}.${encodeURIComponent(createHmac('sha256', secret).update(value).digest('base64'))}`;

const base64url = (text: string) => Buffer.from(text).toString('base64url');

/** A passkey's answer as far as the browser may choose it. */
const passkeyAnswer = (data: string) => ({
  id: 'AAAA',
  rawId: 'AAAA',
  type: 'public-key' as const,
  clientExtensionResults: {},
  response: {
    clientDataJSON: base64url(JSON.stringify({ type: 'webauthn.get', challenge: base64url(id), origin })),
    authenticatorData: data,
    attestationObject: data,
    signature: data,
    userHandle: base64url(id),
  },
});

const calls: readonly [method: string, path: string, body?: object][] = [
  ['GET', '/'],
  ['GET', '/_redraw/app/nothing.js'],
  ['GET', '/api/account'],
  ['GET', '/api/account/logins'],
  ['GET', `/api/sessions/${id}/events`],
  ['GET', '/api/operator/spend'],
  ['POST', '/api/chat', { prompt: 'a' }],
  ['POST', '/api/auth/passkey/login', passkeyAnswer('AAAA')],
  ['POST', '/api/auth/sign-out', {}],
  ['PUT', `/api/sessions/${id}/files/a.txt`, {}],
  ['DELETE', '/api/account'],
];

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: object | undefined;
}

function request(path: string, { method = 'GET', headers = {}, body }: Asked = {}): Request {
  const all = { Origin: origin, 'Content-Type': 'application/json', Accept: 'text/html', Cookie: cookie, ...headers };
  const hasBody = method === 'POST' || method === 'PUT';
  return new Request(path.startsWith('http') ? path : origin + path, {
    method,
    headers: all,
    body: hasBody ? JSON.stringify(body) : null,
  });
}

async function answerAll(requests: readonly Request[]): Promise<void> {
  for (const one of requests) await (await app.fetch(one, bindings)).text();
}

/** What a request's readers split by, look for, or may begin with again and again. */
const pieces = [
  ' ',
  'a',
  ',',
  ';',
  '"',
  '\\',
  '=',
  '.',
  '-',
  '%',
  '%41',
  '%ff',
  '1',
  '*',
  '/',
  ':',
  '0:',
  'a="\\',
  'a;q=1,',
  'a=b; ',
];

/** Headers by name, with what only this one is read for. */
const headers: Readonly<Record<string, readonly string[]>> = {
  'User-Agent': ['Version/1 ', 'Version/', 'Mozilla/5.0 ('],
  'Accept-Language': ['de-', 'de;q=', 'a;q="'],
  Accept: ['text/', 'text/html'],
  Cookie: ['__Host-redraw=a.b; ', '__Host-redraw=', `${cookie}; `],
  Range: ['bytes=1-'],
  'If-None-Match': ['W/"a", ', 'W/'],
  'If-Range': ['W/'],
  'CF-Connecting-IP': ['::', '0:', 'ffff:', '1.'],
  Authorization: ['Bearer '],
  'Content-Type': ['application/json;'],
  'Content-Length': ['1'],
  'Last-Event-ID': ['1'],
  'Sec-Fetch-Site': ['cross-site'],
  'Sec-Fetch-Mode': ['navigate'],
  'Sec-Fetch-Dest': ['document'],
  Upgrade: ['websocket'],
  Origin: ['http://'],
  Referer: ['http://'],
  Forwarded: ['for=a;'],
  'X-Forwarded-For': ['1.2.3.4, '],
};

const ofHeader = (name: string, own: readonly string[]): GrowthCase => ({
  name: `request: ${name}`,
  prepare(chars) {
    const texts = [...pieces, ...own].map((piece) => `x${filled(piece, chars / 2)}x`);
    const requests = calls.flatMap(([method, path, body]) =>
      texts.map((text) => request(path, { method, headers: { [name]: text }, body })),
    );
    const project = new MemoryProject({ 'index.html': '', 'a.png': 'a' });
    return async () => {
      await answerAll(requests);
      for (const text of texts) project.get('/a.png', { [name.toLowerCase()]: text });
    };
  },
});

const paths = [
  '/',
  '/s/',
  '/api/',
  '/api/sessions/',
  `/api/sessions/${id}/files/`,
  '/_redraw/app/',
  '/api/auth/oidc/',
  '/api/sessions?q=',
  `/api/sessions/${id}/events?after=`,
  '/api/auth/oidc/github/callback?',
];

const ofPath = (path: string): GrowthCase => ({
  name: `request: the path ${path}`,
  prepare(chars) {
    const texts = [...pieces, '/files/', '&after=', '+'].map((piece) => `x${filled(piece, chars / 4)}x`);
    const requests = ['GET', 'PUT'].flatMap((method) =>
      texts.map((text) => request(path + text, { method, body: {} })),
    );
    return () => answerAll(requests);
  },
});

/** Runs what refuses by an exception. */
const attempted = (run: () => Promise<unknown>) => run().catch(() => undefined);

const site = { origin, rpId: 'localhost' };

async function readPasskey(data: string): Promise<void> {
  const credential = { id: 'AAAA', publicKey: new Uint8Array(Buffer.from(data, 'base64url')), counter: 0 };
  await attempted(() => checkRegistration(passkeyAnswer(data), id, site));
  await attempted(() => checkLogin(passkeyAnswer(data), credential, id, site));
}

export const requestCases: readonly GrowthCase[] = [
  ...Object.entries(headers).map(([name, own]) => ofHeader(name, own)),
  ...paths.map(ofPath),
  ...['.', 'a.', '-', '1.', `${id}-v1.`, 'localhost.'].map((piece) =>
    ofText(
      `request: a host of ${piece}`,
      (n) => filled(piece, n),
      async (text) => {
        const name = `${text}x.${host}`;
        parsePreviewHost(name, host);
        isOwnHost(text, host);
        previewUrl(text, host, 'http:', 1);
      },
    ),
  ),
  ...['1.', ':', '0:', '::', '::ffff:', '127.', ' '].map((piece) =>
    ofText(
      `address: ${piece}`,
      (n) => `${filled(piece, n)}x`,
      (text) => [addressNetwork(text), isLoopback(text), isLoopback(`127.${text}`), isSecureUrl(`http://${text}`)],
    ),
  ),
  ...['Version/1 ', 'Version/', 'Safari/', 'Mac ', '1.'].map((piece) =>
    ofText(`browser: ${piece}`, (n) => filled(piece, n), deviceName),
  ),
  ...['1', '-', ' ', 'bytes=1'].map((piece) =>
    ofText(
      `range: ${piece}`,
      (n) => `bytes=${filled(piece, n)}x`,
      (text) => parseByteRange(text, 1),
    ),
  ),
  ...['.', ' ', '. ', '%', '"', 'a.b', '\ud83d', 'e\u0301'].map((piece) =>
    ofText(`download: a name of ${JSON.stringify(piece)}`, (n) => `a${filled(piece, n)}a`, attachment),
  ),
  // CBOR: arrays, maps, byte strings without end, tags; and what is none.
  ...[[0x81], [0xa1], [0x9f], [0x5f], [0xc1], [0xff], [0xa2, 0x01], [0x61, 0x61]].map((bytes) =>
    ofText(
      `passkey: bytes of ${Buffer.from(bytes).toString('hex')}`,
      (n) => Buffer.alloc(n, Buffer.from(bytes)).toString('base64url'),
      readPasskey,
    ),
  ),
  ...['{', '[', '"', '{"challenge":"', '\\'].map((piece) =>
    ofText(`passkey: client data of ${piece}`, (n) => base64url(filled(piece, n)), flowIdOf),
  ),
  ofText('passkey: a user handle', (n) => filled('a', n), accountOf),
  {
    name: 'passkey: options of an account with many passkeys',
    prepare(chars) {
      const known = Array.from({ length: chars / 50 }, (_, i) => ({
        id: `A${i}`,
        publicKey: new Uint8Array(1),
        counter: 0,
      }));
      return async () => [await registrationOptions(site, id, id, 'a', known), await loginOptions(site, id)];
    },
  },
];
