import { afterAll, beforeAll, expect, test } from 'vitest';
import { demoModel } from '../claude-simulator/demo/demo-model.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { Inspector } from '../support/lighthouse.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import { Visitor } from '../support/visitor.ts';

/** Start page and builder on a phone, as Lighthouse sees them. What they weigh is in `budget.test.ts`, how fast they are in `bench/phone.ts`. */

let simulator: Simulator;
let redraw: Redraw;
let inspector: Inspector;
let project: string;

beforeAll(async () => {
  simulator = await startSimulator({ handler: demoModel({ pace: 'zero' }) });
  redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url });
  const visitor = new Visitor(redraw.url);
  project = (await visitor.build('A habit tracker for three habits')).session;
  inspector = await Inspector.open(visitor);
});

afterAll(async () => {
  await inspector?.close();
  await redraw?.close();
  await simulator?.close();
});

test.each([
  ['the start page', () => `${redraw.url}/`],
  ['the builder', () => `${redraw.url}/s/${project}`],
])('%s has no fault in accessibility and best practices', async (_, url) => {
  expect(await inspector.faults(url())).toEqual([]);
});
