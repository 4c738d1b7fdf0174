import { expect, it } from 'vitest';
import { redact, redactedLine } from '../../src/log/redact.ts';

it.each([
  'key sk-ant-api03-AbC_d-ef123 failed',
  'Authorization: Bearer abcdefgh12345',
  '{"access_token":"CANARYCANARY"}',
  'x-api-key: CANARYCANARY',
  'refresh_token=CANARYCANARY&x=1',
  'cookie: redraw=CANARYCANARY',
  'sk-abcdefghijklmnop1234',
  'token eyJhbGciOiJBMjU2S1ciLCJlbmMiOiJBMjU2R0NNIn0.abc.def.ghi.jkl',
  'id-eyJhbGciOiJBMjU2.abc.CANARY',
  'host.name.eyJhbGciOiJBMjU2.abc.CANARY.ghi',
  'a.eyJhbGciOiJBMjU2..CANARY eyJhbGciOiJBMjU2..CANARY..',
])('%s', (line) => {
  expect(redact(line)).not.toMatch(/CANARY|AbC_d|abcdefgh1|ijklmnop|OiJB|\.ghi/);
});

it.each([
  'Your credit balance is too low to access the Anthropic API.',
  'see eyJ.a.b, eyJab.c and keyJab.c.d in src/eyJ.test.ts',
])('leaves ordinary words alone: %s', (line) => {
  expect(redact(line)).toBe(line);
});

it('keeps what stands around a token', () => {
  expect(redact('a.b-eyJx.1.2.3.4.c, eyJy.1.2')).toBe('a.b-eyJ….c, eyJ…');
});

it('makes one short line', () => {
  expect(redactedLine('a\n\tb')).toBe('a b');
  expect(redactedLine('x'.repeat(500))).toHaveLength(300);
});
