import { expect, it } from 'vitest';
import { type CheckResult, reportText } from '../../scripts/check.ts';

const result = (name: string, ok: boolean, output = ''): CheckResult => ({
  part: { name, args: [], repeat: `npx ${name.toLowerCase()}` },
  ok,
  output,
  seconds: 1.25,
});

it('says in a line that a part found nothing', () => {
  const text = reportText([result('Types', true, 'chatter'), result('Lint', true)]);
  expect(text).toBe('Types: no faults (1.3 s)\nLint: no faults (1.3 s)');
});

it('prints what failed last, and ends with the commands that repeat it', () => {
  const text = reportText([result('Types', false, 'src/a.ts(1,1): error TS1'), result('Lint', true)]);
  expect(text.split('\n')).toEqual([
    'Lint: no faults (1.3 s)',
    'Types: faults (1.3 s)',
    '',
    'src/a.ts(1,1): error TS1',
    '',
    'Types failed. Repeat it alone: npx types',
  ]);
});

it('keeps the outputs of two parts apart', () => {
  const text = reportText([result('Types', false, 'one\ntwo'), result('Lint', false, 'three')]);
  expect(text).toMatch(/one\ntwo\n\nLint: faults .*\n\nthree\n\nTypes failed\..*\nLint failed\..*$/);
});
