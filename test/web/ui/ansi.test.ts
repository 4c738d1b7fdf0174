import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ansiSpans } from '../../../web/ui/ansi.ts';
import { longRun } from '../../support/long-run.ts';

const esc = '\u001b';

it('reads colours, bold and dim, and leaves out what moves a cursor', () => {
  const text = `a${esc}[31mred${esc}[1m bold${esc}[0m ${esc}[2Kb${esc}[38;5;2mgreen${esc}[39m${esc}[38;2;1;2;3mown${esc}[m${esc}]8;;x${esc}\\c`;
  expect(ansiSpans(text)).toEqual([
    { text: 'a', style: '' },
    { text: 'red', style: 'color:var(--red);' },
    { text: ' bold', style: 'color:var(--red);font-weight:600;' },
    { text: ' b', style: '' },
    { text: 'green', style: 'color:var(--green);' },
    { text: 'ownc', style: '' },
  ]);
});

it('shows a line that was written over as it was last', () => {
  expect(ansiSpans('10 %\r20 %\r30 %\r\ndone')).toEqual([{ text: '30 %\ndone', style: '' }]);
});

it('never shows an escape sequence of colours, whatever it is given', () =>
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom(`${esc}[31m`, `${esc}[0;1m`, '\r', '\n'))), (parts) => {
      const shown = ansiSpans(parts.join(''));
      expect(
        shown.every(({ text }) => text !== '' && !text.includes(`${esc}[31m`) && !text.includes(`${esc}[0;1m`)),
      ).toBe(true);
    }),
    longRun(100),
  ));
