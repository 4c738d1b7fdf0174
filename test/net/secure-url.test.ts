import { describe, expect, it } from 'vitest';
import { isLoopbackHost, isSecureUrl } from '../../src/net/secure-url.ts';

describe('a host of this machine', () => {
  it.each(['localhost', 'localhost.', 'a.localhost', 'a.b.localhost', '127.0.0.1', '127.255.0.9', '[::1]'])(
    'is %s',
    (host) => expect(isLoopbackHost(host)).toBe(true),
  );

  it.each([
    '',
    '.localhost',
    'localhost.example',
    'xlocalhost',
    '127.0.0.1.example',
    '127.example',
    '128.0.0.1',
    '10.0.0.5',
    '192.168.1.2',
    '0.0.0.0',
    '[::2]',
    '[::ffff:7f00:1]',
    '[fe80::1]',
  ])('is not %j', (host) => expect(isLoopbackHost(host)).toBe(false));
});

describe('a URL that a secret may be sent to', () => {
  it.each([
    'https://api.example.com',
    'https://10.0.0.5/v1',
    'https://example.com:8443/x?y=z',
    'http://localhost:8080',
    'http://LOCALHOST',
    'http://claude.localhost:9',
    'http://127.8.9.1:80/x',
    'http://[::1]:8787/',
    // As a browser reads it: 127.0.0.1.
    'http://2130706433/',
  ])('is %s', (url) => expect(isSecureUrl(url)).toBe(true));

  it.each([
    '',
    'localhost',
    'api.example.com',
    'http://10.0.0.5',
    'http://192.168.1.2:8080',
    'http://0.0.0.0',
    'http://example.com',
    'http://localhost.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost@example.com',
    'ftp://localhost',
    'ws://localhost',
    'file:///etc/passwd',
    'data:text/plain,x',
    'https://user@example.com',
    'https://user:secret@example.com',
    'https://:secret@example.com',
    'http://user:secret@localhost',
  ])('is not %j', (url) => expect(isSecureUrl(url)).toBe(false));
});
