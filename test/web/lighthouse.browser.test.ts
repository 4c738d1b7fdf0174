import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demoModel } from '../claude-simulator/demo/demo-model.ts';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { Inspector, type Report } from '../support/lighthouse.ts';
import { type Redraw, startRedraw } from '../support/redraw.ts';
import { Visitor } from '../support/visitor.ts';

/** Start page and builder on a phone, as Lighthouse sees them. What they weigh is in `budget.test.ts`. */

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

describe.each([
  ['the start page', () => `${redraw.url}/`],
  ['the builder', () => `${redraw.url}/s/${project}`],
])('%s', (_, url) => {
  const reports: Report[] = [];

  test('has accessibility, best practices and a still layout', async () => {
    const report = await inspector.inspect(url());
    reports.push(report);
    expect(report.accessibility, report.remarks.join('; ')).toBeGreaterThanOrEqual(95);
    expect(report.bestPractices, report.remarks.join('; ')).toBeGreaterThanOrEqual(95);
    expect(report.layoutShift, report.remarks.join('; ')).toBeLessThanOrEqual(0.02);
  });

  test('is fast in the median', { timeout: 360_000 }, async () => {
    while (reports.length < 3) reports.push(await inspector.inspect(url()));
    // The speed of a shared machine changes within a run, which misleads what is measured; of five, two may be misled.
    if (median(reports) < 95) while (reports.length < 5) reports.push(await inspector.inspect(url()));
    const remarks = reports.map(({ performance, remarks }) => `${performance}: ${remarks.join('; ')}`);
    expect(median(reports), remarks.join('\n')).toBeGreaterThanOrEqual(95);
  });
});

/** The middle one of the scores, of an odd number of reports. */
function median(reports: readonly Report[]): number {
  const scores = reports.map(({ performance }) => performance).sort((a, b) => a - b);
  return scores[(scores.length - 1) / 2] ?? 0;
}
