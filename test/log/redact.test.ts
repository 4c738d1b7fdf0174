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
])('%s', (line) => {
  expect(redact(line)).not.toMatch(/CANARY|AbC_d|abcdefgh1|ijklmnop|OiJB|\.ghi/);
});

it('leaves ordinary words alone', () => {
  const line = 'Your credit balance is too low to access the Anthropic API.';
  expect(redact(line)).toBe(line);
});

it('makes one short line', () => {
  expect(redactedLine('a\n\tb')).toBe('a b');
  expect(redactedLine('x'.repeat(500))).toHaveLength(300);
});
