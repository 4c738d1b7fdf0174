import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { demoModel, isPace } from './demo/demo-model.ts';
import type { Answer } from './script.ts';
import { type SimulatorOptions, startSimulator } from './simulator.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    /** A JSON file with a list of answers; the last one serves all further requests. */
    script: { type: 'string' },
    /** The writing speed of the demo model: human, fast or zero. */
    pace: { type: 'string', default: 'human' },
  },
});

if (!isPace(values.pace)) throw new Error(`--pace: ${values.pace} is none of human, fast, zero.`);
const options: SimulatorOptions = { port: Number(values.port), handler: demoModel({ pace: values.pace }) };
if (values.script !== undefined) {
  delete options.handler;
  options.script = JSON.parse(readFileSync(values.script, 'utf8')) as Answer[];
  options.repeatLast = true;
}

const simulator = await startSimulator(options);
process.stdout.write(`${simulator.url}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void simulator.close().then(() => process.exit(0)));
}
