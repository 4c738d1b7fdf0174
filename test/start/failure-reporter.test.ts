import fc from 'fast-check';
import { expect, it } from 'vitest';
import { failureText, repeatCommand } from '../../scripts/failure-reporter.ts';
import { longRun } from '../support/long-run.ts';

const failure = { file: 'test/a/b.test.ts', line: 7, names: ['a room', 'is kept'], message: 'expected 1 to be 2' };

/** The last argument of a command as a POSIX shell reads it: only single quotes and `\'` occur. */
function lastArgument(command: string): string {
  const text = command.slice(command.indexOf(' -t ') + 4);
  return text.replace(/'([^']*)'|\\(')/g, (_, inside?: string, escaped?: string) => inside ?? escaped ?? '');
}

it('says where, which, why and how to repeat it', () => {
  expect(failureText(failure).split('\n')).toEqual([
    'test/a/b.test.ts:7 › a room › is kept',
    '  expected 1 to be 2',
    expect.stringMatching(/^ {2}npm test -- test\/a\/b\.test\.ts -t .\^a room is kept\$.$/),
  ]);
  const whole = failureText({ ...failure, line: null, names: [], message: 'x\n'.repeat(100) }).split('\n');
  expect([whole[0], whole.length, whole.at(-1)]).toEqual([failure.file, 9, `  npm test -- ${failure.file}`]);
});

it('names a test so that the shell and the filter find it, and it only', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ minLength: 1 }), (name, more) => {
      const pattern = new RegExp(lastArgument(repeatCommand({ ...failure, names: ['in', name] }, 'linux')));
      expect(`in ${name}`).toMatch(pattern);
      expect(`in ${name}${more}`).not.toMatch(pattern);
      expect(`${more}in ${name}`).not.toMatch(pattern);
    }),
    longRun(100),
  );
});
