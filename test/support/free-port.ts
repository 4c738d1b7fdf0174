import { randomInt } from 'node:crypto';
import { isPortFree } from '../../scripts/is-port-free.ts';

const rangeSize = 6_000;

/**
 * A free port of this machine, below those that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere): it stays free
 * until it is bound, and while a server is restarted.
 *
 * @param first where the range of 6,000 ports begins: the pool of Redraws has one of its own
 */
export async function freePort(first = 26_000): Promise<number> {
  for (;;) {
    const port = randomInt(first, first + rangeSize);
    if (await isPortFree(port)) return port;
  }
}
