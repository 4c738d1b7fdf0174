import { spawn } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const colours = process.stdout.isTTY === true;

/** A part of the check. `repeat` is the command that runs it alone. */
export interface CheckPart {
  name: string;
  args: readonly string[];
  repeat: string;
}

export interface CheckResult {
  part: CheckPart;
  ok: boolean;
  output: string;
  seconds: number;
}

const bin = (path: string): string => join(root, 'node_modules', path);

const parts = (): CheckPart[] => [
  {
    name: 'Types',
    args: [bin('typescript/bin/tsc'), '-b', '--pretty', String(colours)],
    repeat: 'npx tsc -b',
  },
  {
    name: 'Lint and format',
    args: [
      bin('@biomejs/biome/bin/biome'),
      'check',
      '--error-on-warnings',
      `--colors=${colours ? 'force' : 'off'}`,
      '.',
    ],
    repeat: 'npx biome check --error-on-warnings .',
  },
];

function run(part: CheckPart): Promise<CheckResult> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(process.execPath, part.args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({ part, ok: code === 0, output: output.trim(), seconds: (performance.now() - started) / 1000 }),
    );
  });
}

/** The report on all parts: those that failed come last, and the last lines are the commands that repeat them. */
export function reportText(results: readonly CheckResult[]): string {
  const failed = results.filter(({ ok }) => !ok);
  const sections = [...results.filter(({ ok }) => ok), ...failed].map(({ part, ok, output, seconds }) => {
    const head = `${part.name}: ${ok ? 'no faults' : 'faults'} (${seconds.toFixed(1)} s)`;
    return ok || output === '' ? head : `${head}\n\n${output}\n`;
  });
  const commands = failed.map(({ part }) => `${part.name} failed. Repeat it alone: ${part.repeat}`);
  return [...sections, ...commands].join('\n');
}

if (import.meta.main) {
  const results = await Promise.all(parts().map(run));
  console.log(reportText(results));
  process.exitCode = results.every(({ ok }) => ok) ? 0 : 1;
}
