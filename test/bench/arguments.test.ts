import { describe, expect, it } from 'vitest';
import { readArguments } from '../../bench/support/arguments.ts';

const known = ['compaction', 'latency', 'preview'];
const read = (...args: string[]) => readArguments(args, known);
const plain = { what: 'times', parts: known, json: false, rows: false, compare: null };

describe('what the benchmark is asked for', () => {
  it('is all parts without arguments', () => {
    expect(read()).toEqual({ ok: true, arguments: plain });
  });

  it('is the named parts, once each and in the order of the benchmark', () => {
    expect(read('preview', 'latency', 'preview')).toMatchObject({ arguments: { parts: ['latency', 'preview'] } });
  });

  it('is JSON, a comparison, counts', () => {
    expect(read('--json', '--compare', 'a.json')).toMatchObject({ arguments: { json: true, compare: 'a.json' } });
    expect(read('--cost', '--rows', '--json')).toMatchObject({ arguments: { what: 'cost', rows: true, json: true } });
    expect(read('--hops')).toMatchObject({ arguments: { what: 'hops' } });
  });
});

it.each([
  [['latncy'], 'There is no part "latncy". The parts are: compaction, latency, preview.'],
  [['a', 'latency', 'b'], 'There is no part "a", "b". The parts are: compaction, latency, preview.'],
  [['--jsn'], "Unknown option '--jsn'. Options: --json, --compare FILE; by themselves: --cost (with --rows), --hops."],
  [['--compare'], "Option '--compare <value>' argument missing."],
  [['--compare='], '--compare needs the file of an earlier run.'],
  [['--cost', '--hops'], '--cost and --hops run by themselves: ask for one of them.'],
  [['--hops', 'latency'], '--hops counts, and has no parts and nothing to compare.'],
  [['--cost', '--compare', 'a.json'], '--cost counts, and has no parts and nothing to compare.'],
  [['--rows'], '--rows belongs to --cost.'],
])('answers %j with a sentence', (args, sentence) => {
  const answer = readArguments(args, known);
  expect(answer.ok ? '' : answer.problem).toContain(sentence);
});
