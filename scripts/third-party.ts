import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Packages whose files are taken over without being modules: the fonts of the page. */
const unbundled = ['@fontsource-variable/national-park', '@fontsource/klee-one'];

interface Package {
  name: string;
  version: string;
  /** SPDX identifier. */
  license: string;
  /** What it is published with: licence and notices. */
  text: string;
}

interface Manifest {
  name?: string;
  version?: string;
  license?: string | { type?: string };
  author?: string | { name?: string };
}

/** The folder of the package that a module belongs to, or null for a module of Redraw's own. */
function packageFolder(module: string): string | null {
  const match = /^(.*\/node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module.replace(/^\0/, '').replaceAll('\\', '/'));
  return match?.[1] ?? null;
}

function readPackage(folder: string): Package {
  const manifest: Manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name = folder, version = '', author } = manifest;
  const license = (typeof manifest.license === 'string' ? manifest.license : manifest.license?.type) ?? 'unknown';
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(?:licen[cs]e|copying|notice)(?![a-z])/i.test(entry.name))
    .map((entry) => entry.name)
    .sort();
  const holder =
    (typeof author === 'string' ? author : author?.name)?.replace(/\s*[<(].*$/, '') ?? `the authors of ${name}`;
  const text = files.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  return { name, version, license, text: text || standardText(license, holder, name) };
}

/** Packages whose licence files are whole, by the licence: their texts stand in for packages that are published without one. */
const samples: Record<string, string> = { MIT: 'hono', 'Apache-2.0': 'typescript' };

/** The Unlicense, which names nobody. Source: https://unlicense.org/ */
const unlicense = `This is free and unencumbered software released into the public domain.

Anyone is free to copy, modify, publish, use, compile, sell, or distribute this software, either in source code form or as a compiled
binary, for any purpose, commercial or non-commercial, and by any means.

In jurisdictions that recognize copyright laws, the author or authors of this software dedicate any and all copyright interest in the
software to the public domain. We make this dedication for the benefit of the public at large and to the detriment of our heirs and
successors. We intend this dedication to be an overt act of relinquishment in perpetuity of all present and future rights to this software
under copyright law.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS BE LIABLE FOR ANY CLAIM, DAMAGES OR
OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR
OTHER DEALINGS IN THE SOFTWARE.`;

/** The text of a licence that a package names without a file of its own. @throws Error for one that is not known here */
function standardText(license: string, holder: string, name: string): string {
  if (license === 'Unlicense') return unlicense;
  // Where there is a choice, the first licence that is known.
  const chosen = license.split(' OR ').find((one) => samples[one] !== undefined) ?? '';
  const sample = samples[chosen];
  if (sample === undefined) throw new Error(`${name} has no licence file, and the text of ${license} is not known.`);
  const folder = join(import.meta.dirname, '../node_modules', sample);
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) ?? '';
  const text = readFileSync(join(folder, file), 'utf8').trim();
  return chosen === 'MIT' ? text.replace(/^Copyright .*$/m, `Copyright (c) ${holder}`) : text;
}

/** The packages that modules belong to, each version once, by name. @param modules paths from the root, or absolute ones. @throws Error where a package is not there */
export function packagesOf(root: string, modules: readonly string[]): Package[] {
  const paths = modules.map((module) => (module.startsWith('node_modules/') ? join(root, module) : module));
  const folders = new Set([
    ...unbundled.map((name) => join(root, 'node_modules', name)),
    ...paths.map(packageFolder).filter((folder) => folder !== null),
  ]);
  const byName = new Map([...folders].map(readPackage).map((one) => [`${one.name} ${one.version}`, one]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

/** The text of `THIRD-PARTY.txt`. */
export function thirdPartyText(packages: readonly Package[]): string {
  const rule = '-'.repeat(78);
  const parts = packages.map(
    ({ name, version, license, text }) => `${rule}\n${name} ${version} (${license})\n${rule}\n\n${text}\n`,
  );
  return `Redraw is served with parts of these packages, each under its own licence.\n\n${parts.join('\n')}`;
}

/** Modules of a bundle that esbuild's metafile describes; those that nothing is left of are none. Absolute paths. */
export function modulesOfMetafile(file: string, base: string): string[] {
  const { outputs }: { outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }> } = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([path]) => join(base, path)),
  );
}
