import { readFileSync } from 'node:fs';
import { buildAll } from '../scripts/build.ts';
import { runCost } from './cost.ts';
import { runHops } from './hops.ts';
import { parts } from './parts.ts';
import { readArguments } from './support/arguments.ts';
import { compareRows, compareTable, type EarlierRun, parseRun } from './support/compare.ts';
import { machineNote } from './support/machine.ts';
import { partOf, progress, type Run, runTable } from './support/report.ts';
import { runPart, SharedStand } from './support/run-part.ts';
import { startStand } from './support/stand.ts';

/** Runs parts one after the other. @param stopped ends the run; what was started is closed */
async function runParts(names: readonly string[], stopped: AbortSignal): Promise<Run> {
  const run: Run = {
    ...{ benchmark: 'redraw' as const, date: new Date().toISOString(), machine: machineNote() },
    ...{ parts: [], rows: [] },
  };
  await buildAll();
  const shared = new SharedStand(startStand);
  try {
    for (const part of parts.filter(({ name }) => names.includes(name))) {
      if (stopped.aborted) break;
      progress(part.name);
      const { rows, report } = await runPart(part, shared, stopped);
      run.rows.push(...rows);
      run.parts.push(report);
    }
  } finally {
    await shared.close();
  }
  return run;
}

/** @throws an error with a sentence for a person */
function readEarlier(file: string): EarlierRun {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
  const parsed = parseRun(text);
  if (!parsed.ok) throw new Error(`${file} ${parsed.problem}. --compare needs what --json printed.`);
  return parsed.run;
}

function fail(problem: string): never {
  console.error(problem);
  process.exit(2);
}

const read = readArguments(
  process.argv.slice(2),
  parts.map(({ name }) => name),
);
if (!read.ok) fail(read.problem);
const { what, parts: names, json, compare } = read.arguments;

if (what === 'cost') await runCost();
else if (what === 'hops') await runHops();
else {
  let earlier: EarlierRun | null = null;
  try {
    earlier = compare === null ? null : readEarlier(compare);
  } catch (error) {
    fail((error as Error).message);
  }
  const stopped = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopped.abort(new Error('was interrupted')));
  const run = await runParts(names, stopped.signal);
  const changes = earlier
    ? compareRows(
        earlier.rows.filter(({ key }) => names.includes(partOf(key))),
        run.rows,
      )
    : [];
  const text = json
    ? JSON.stringify({ ...run, ...(earlier ? { changes } : {}) }, null, 2)
    : [runTable(run), ...(earlier ? ['', compareTable(earlier, changes)] : [])].join('\n');
  const code = stopped.signal.aborted ? 130 : run.parts.some(({ isFault }) => isFault) ? 1 : 0;
  // What a failed part left behind may keep this process alive.
  process.stdout.write(`${text}\n`, () => process.exit(code));
}
