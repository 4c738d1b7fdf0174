import { globSync, readFileSync, statSync } from 'node:fs';
import { normalize, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';

type Mutant = Awaited<ReturnType<Stryker['runMutationTest']>>[number];

/** What is mutated unless the arguments name rooms, folders or files. */
const rooms = ['src/claude', 'src/workspace', 'src/agent', 'src/preview', 'web/project'];

/** A sample is one stretch of `lines` lines in `stretches`, the same share of each file. Code that reaches over a stretch's end is not in it. */
const sample = { lines: 20, stretches: 10 };

const usage = `npm run mutate -- [--all] [--seed <n>] [--report <file>] [<folder or file> ...]

Changes ${rooms.join(', ')} in one place at a time, and lists the changes that no test notices.
Folders and files that are named are mutated whole.

  --all            every line of the rooms, not one stretch of ${sample.lines} lines in ${sample.stretches}
  --seed <n>       which stretches: 0 to ${sample.stretches - 1}; another each day if it is not given
  --report <file>  where the report in JSON goes`;

const filesBelow = (path: string): string[] =>
  statSync(path).isFile() ? [path] : globSync(`${path}/**/*.ts`).toSorted();

/** Ranges of the sample in Stryker's form, `file:first-last`. A file's position shifts its stretches: short files come in turn. */
function sampleRanges(files: string[], seed: number): string[] {
  return files.flatMap((file, position) => {
    const stretches = Math.ceil(readFileSync(file, 'utf8').split('\n').length / sample.lines);
    return Array.from({ length: stretches }, (_, index) => index)
      .filter((index) => (index + position + seed) % sample.stretches === 0)
      .map((index) => `${file}:${index * sample.lines + 1}-${(index + 1) * sample.lines}`);
  });
}

const runStryker = (mutate: string[], reportFile: string): Promise<Mutant[]> =>
  new Stryker({
    configFile: 'test/mutation/stryker.config.ts',
    mutate,
    jsonReporter: { fileName: reportFile },
  }).runMutationTest();

const roomOf = (file: string): string => rooms.find((room) => file.startsWith(`${room}/`)) ?? file;

/** What stands at a mutant's place, on one line. */
function originalText({ location: { start, end }, fileName }: Mutant): string {
  const lines = readFileSync(fileName, 'utf8')
    .split('\n')
    .slice(start.line - 1, end.line);
  lines.push((lines.pop() ?? '').slice(0, end.column - 1));
  lines[0] = (lines[0] ?? '').slice(start.column - 1);
  return lines.join('\n');
}

const oneLine = (text: string): string => {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
};

function printResult(mutants: Mutant[]): void {
  const missed = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .toSorted(
      (one, other) => one.fileName.localeCompare(other.fileName) || one.location.start.line - other.location.start.line,
    );
  for (const mutant of missed) {
    const { fileName, location, mutatorName, replacement = '', status } = mutant;
    const place = `${relative('.', fileName)}:${location.start.line}:${location.start.column}`;
    const note = status === 'NoCoverage' ? ' (no test runs it)' : '';
    console.log(`${place} ${mutatorName} ${oneLine(originalText(mutant))} → ${oneLine(replacement)}${note}`);
  }
  const byRoom = Map.groupBy(mutants, ({ fileName }) => roomOf(relative('.', fileName)));
  for (const [room, ofRoom] of [...byRoom, ['all', mutants] as const]) {
    const count = (status: Mutant['status']) => ofRoom.filter((mutant) => mutant.status === status).length;
    const found = count('Killed') + count('Timeout');
    const judged = found + count('Survived') + count('NoCoverage');
    console.log(
      `${room}: ${judged} mutants, ${count('Killed')} killed, ${count('Timeout')} timed out, ${count('Survived')} survived, ` +
        `${count('NoCoverage')} without a test, score ${judged === 0 ? 'none' : `${((100 * found) / judged).toFixed(1)} %`}` +
        ` (besides: ${count('Ignored')} left out, ${count('RuntimeError')} failed to run)`,
    );
  }
}

try {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      all: { type: 'boolean', default: false },
      seed: { type: 'string' },
      report: { type: 'string', default: '.local/mutation.json' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) console.log(usage);
  else {
    const seed = Number(values.seed ?? Math.floor(Date.now() / 86_400_000) % sample.stretches);
    if (!Number.isInteger(seed) || seed < 0) throw new Error('--seed is a whole number, 0 or more');
    const isWhole = values.all || positionals.length > 0;
    const files = (positionals.length > 0 ? positionals.map((path) => normalize(path)) : rooms).flatMap(filesBelow);
    if (!isWhole) console.log(`One stretch of ${sample.lines} lines in ${sample.stretches}, seed ${seed}`);
    printResult(await runStryker(isWhole ? files : sampleRanges(files, seed), values.report));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
