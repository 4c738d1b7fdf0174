import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

/** What was recorded of Anthropic's client is compared with, and nothing is made from it. */
const recordings = /^test\/fixtures\//;

const made = /^(?:node_modules|dist|\..*)$/;

const files = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !made.test(entry.name))
  .flatMap(({ name }) =>
    readdirSync(join(root, name), { recursive: true, encoding: 'utf8' }).map((path) => `${name}/${path}`),
  )
  .filter((path) => /\.(?:ts|tsx|mjs|html|sh)$/.test(path) && !recordings.test(path));

it('no client id and no sign-in of Anthropic’s own client stands in the code', () => {
  expect(files.length).toBeGreaterThan(300);
  const clientId = /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/i;
  const endpoint = /\b(?:claude\.ai|claude\.com|anthropic\.com)\/[^\s'"`]*(?:oauth|authorize|token)/i;
  // RFC 6455, 1.3
  const webSocketGuid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
  const scope = /\borg:create_api_key\b|\buser:(?:inference|profile)\b/;
  for (const path of files)
    for (const foreign of [clientId, endpoint, scope])
      expect(read(path).replaceAll(webSocketGuid, '').match(foreign)?.[0], path).toBeUndefined();
});

it.each(['README.md', 'docs/operations.md'])('%s tells what Anthropic’s terms say', (path) => {
  const text = read(path).replace(/\s+/g, ' ');
  expect(text).toMatch(/Anthropic's published terms \(2026\) let third-party products use API keys/);
  expect(text).toMatch(/Free, Pro or Max credentials,? unless Anthropic has approved it/);
});
