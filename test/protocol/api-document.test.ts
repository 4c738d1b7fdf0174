import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { eventSchemas } from '../../src/protocol/events.ts';
import { problemCodes } from '../../src/protocol/problems.ts';
import { toolVerbs } from '../../src/protocol/tool-line.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');

/** Names in backticks in the first column of the table that begins with a heading line. */
function firstColumn(after: string): string[] {
  const table = page.slice(page.indexOf(after)).split('\n\n').slice(0, 2).join('\n');
  const rows = table.split('\n').filter((line) => line.startsWith('| `'));
  return rows.flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([a-z_]+)`/g)].map((match) => match[1] ?? ''));
}

test('the page names every event of the protocol, and no other', () => {
  expect(firstColumn('| event | data |').sort()).toEqual(Object.keys(eventSchemas).sort());
});

test('the page names every verb of a tool, and no other', () => {
  expect(firstColumn('| verb | fields |').sort()).toEqual([...toolVerbs].sort());
});

test('the page gives every error code with its status', () => {
  expect(firstColumn('| code | status |').sort()).toEqual(Object.keys(problemCodes).sort());
  for (const [code, { status }] of Object.entries(problemCodes)) {
    const row = page
      .split('\n')
      .find((line) => line.startsWith('| `') && line.includes(`\`${code}\``) && /\| \d{3} \|/.test(line));
    expect(row, code).toContain(`| ${status} |`);
  }
});

test('the page names the fields of every event', () => {
  for (const [type, schema] of Object.entries(eventSchemas)) {
    const row = page
      .split('\n')
      .find((line) => line.startsWith('| `') && line.split('|')[1]?.includes(`\`${type}\``) && line.includes('{'));
    for (const field of Object.keys(schema.entries)) expect(row, type).toContain(field);
  }
});
