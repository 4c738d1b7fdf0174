import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
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
