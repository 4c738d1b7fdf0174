import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

/** Milliseconds of an fsync of 4 KB: each event waits for one before it is sent. */
function fsyncMs(): number {
  const folder = mkdtempSync(join(tmpdir(), 'redraw-bench-'));
  const file = openSync(join(folder, 'fsync'), 'w');
  const page = Buffer.alloc(4096);
  const times = Array.from({ length: 100 }, () => {
    const before = performance.now();
    writeSync(file, page);
    fsyncSync(file);
    return performance.now() - before;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return quantile(times, 0.5);
}

/** One line on the machine's properties that the numbers depend on. */
export function machineNote(): string {
  const load = loadavg()[0]?.toFixed(1);
  return `This machine: ${availableParallelism()} cores, load ${load}, one fsync ${fsyncMs().toFixed(2)} ms.`;
}

/** Linux counts processor time in hundredths of a second (`getconf CLK_TCK`). */
const ticks = 100;

/**
 * Seconds of processor time that this process and its descendants have used, those included that have ended. Null without `/proc`. What was
 * killed together with its parent is missing.
 */
export function processorSeconds(): number | null {
  if (!existsSync('/proc/self/stat')) return null;
  const children = new Map<number, { pid: number; used: number }[]>();
  for (const name of readdirSync('/proc')) {
    const process = /^\d+$/.test(name) ? processOf(Number(name)) : null;
    if (process) children.set(process.parent, [...(children.get(process.parent) ?? []), process]);
  }
  const below = (pid: number): number =>
    (children.get(pid) ?? []).reduce((sum, child) => sum + child.used + below(child.pid), 0);
  return (processOf(process.pid)?.used ?? 0) + below(process.pid);
}

/** Fields of `/proc/<pid>/stat`, by proc(5): those after the name, which may contain anything. */
function processOf(pid: number): { pid: number; parent: number; used: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
    return { pid, parent: fields[1] ?? 0, used: (user + system + childrenUser + childrenSystem) / ticks };
  } catch {
    // It has ended meanwhile.
    return null;
  }
}
