import { type browserNames, someBrowser, type systemNames } from '../protocol/device-names.ts';

/** Characters of a `User-Agent` that are looked at; those of browsers have fewer than 300. */
const maxChars = 512;

/** A name, and what a browser's header holds all of. */
type Row<T> = readonly [name: T, ...patterns: RegExp[]];

const browsers: readonly Row<(typeof browserNames)[number]>[] = [
  ['Edge', /\bEdg(?:e|A|iOS)?\//],
  ['Opera', /\bOPR\/|\bOpera\b/],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(?:Firefox|FxiOS)\//],
  ['Chrome', /\b(?:Headless)?Chrom(?:e|ium)\/|\bCriOS\//],
  ['Safari', /\bVersion\/\d/, /\bSafari\//],
];

const systems: readonly Row<(typeof systemNames)[number]>[] = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Windows', /\bWindows\b/],
  ['Mac', /\bMac(?:intosh| OS X)\b/],
  ['Linux', /\bLinux\b/],
];

/** A readable name for a `User-Agent`: `Firefox on Windows`. The rows' order matters: browsers also name their predecessors. */
export function deviceName(userAgent: string): string {
  const start = userAgent.slice(0, maxChars);
  const named = (table: readonly Row<string>[]) =>
    table.find(([, ...patterns]) => patterns.every((pattern) => pattern.test(start)))?.[0];
  const browser = named(browsers);
  const system = named(systems);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? someBrowser;
}
