import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { scenes } from '../claude-simulator/demo/limits.ts';
import { intendedDifferences } from './intended-differences.ts';
import { recordedCases } from './recorded-cases.ts';

const page = readFileSync(new URL('../../docs/signals.md', import.meta.url), 'utf8');

it('docs/signals.md lists the differences that the tests expect, and no others', () => {
  const listed = [...page.matchAll(/`([a-g]\d+[a-z]*-[\w.-]+)`/g)].map(([, name]) => name);
  expect(listed.sort()).toEqual(Object.keys(intendedDifferences).sort());
  for (const name of listed) expect(recordedCases.map((one) => one.name)).toContain(name);
});

it('docs/signals.md names every scene of the demo', () => {
  const named = [...page.matchAll(/`#limit:([a-z_]+)`/g)].map(([, id]) => id);
  expect(named.sort()).toEqual(Object.keys(scenes).sort());
});
