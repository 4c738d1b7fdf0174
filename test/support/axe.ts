import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * axe's violations, one line for each element, without those of the previewed app. In the dark, contrast alone is looked at: the elements are
 * those of the light. The context must bypass the page's CSP.
 */
export async function violations(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe);
  const results = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } };
    const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
    return axe.run(
      { exclude: [['iframe']] },
      { iframes: false, resultTypes: ['violations'], ...(isDark ? { runOnly: ['color-contrast'] } : {}) },
    );
  });
  return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`));
}

/** Asserts that axe finds no violation, and that nothing needs horizontal scrolling (WCAG 1.4.10). */
export async function expectClean(page: Page, screen: string): Promise<void> {
  expect(await violations(page), screen).toEqual([]);
  const sideways = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(sideways, screen).toBeLessThanOrEqual(0);
}
