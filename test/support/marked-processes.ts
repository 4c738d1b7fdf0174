import { readdirSync, readFileSync } from 'node:fs';

/** Environment variable that marks the processes of one test. */
export const mark = 'REDRAW_TEST_MARK';

/** The running processes that have a mark in their environment, each as its id and command. Linux only. */
export function markedProcesses(value: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const marked = readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`${mark}=${value}`);
        return marked ? [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')}`] : [];
      } catch {
        return [];
      }
    });
}
