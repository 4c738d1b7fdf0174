import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Answer } from './script.ts';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** A JSON file with a list of answers; the last one serves all further requests. */
    script: { type: 'string' },
  },
});

const options: SimulatorOptions = { port: Number(values.port) };
if (values.script !== undefined) {
  options.script = JSON.parse(readFileSync(values.script, 'utf8')) as Answer[];
  options.repeatLast = true;
}

const simulator = await startSimulator(options);
process.stdout.write(`${simulator.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}
