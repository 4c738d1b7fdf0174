import { coloursOf, type DemoApp } from './catalogue.ts';
import { paletteLines, paletteOf, readPalette, readScheme } from './palette.ts';
import type { Wishes } from './wishes.ts';

/** One replacement in a file. `before` occurs in it exactly once. */
export interface Edit {
  path: string;
  before: string;
  after: string;
}

/** The files to view before these wishes can be granted. */
export function filesFor({ dark, colour, title, field }: Wishes): string[] {
  const paths = ['index.html'];
  if (dark !== undefined || colour !== undefined) paths.push('src/style.css');
  if (title !== undefined) paths.push('src/App.tsx');
  if (field !== undefined) paths.push('src/fields.ts');
  return paths;
}

/**
 * The edits that grant the wishes in the current files. Wishes that cannot be granted are omitted.
 *
 * @param files text by path
 */
export function editsFor(app: DemoApp, wishes: Wishes, files: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  const replace = (path: string, before: string, after: string) => {
    const text = files.get(path);
    if (text !== undefined && before !== after && text.split(before).length === 2) edits.push({ path, before, after });
  };
  const { title, field } = wishes;

  if (wishes.dark !== undefined || wishes.colour !== undefined) {
    const change = schemeChange(app, wishes, files.get('src/style.css') ?? '');
    if (change) replace('src/style.css', change.before, change.after);
  }
  if (title !== undefined) {
    const line = /^const title = .*;$/m.exec(files.get('src/App.tsx') ?? '')?.[0];
    if (line) replace('src/App.tsx', line, `const title = ${quote(title)};`);
    const tag = /<title>[^<]*<\/title>/.exec(files.get('index.html') ?? '')?.[0];
    if (tag) replace('index.html', tag, `<title>${escapeHtml(title)}</title>`);
  }
  if (field !== undefined) {
    const list = /^export const fields: Field\[\] = \[[^\]]*\];$/m.exec(files.get('src/fields.ts') ?? '')?.[0];
    if (list) replace('src/fields.ts', list, withField(list, field));
  }
  return edits;
}

export function applyEdits(files: Map<string, string>, edits: readonly Edit[]): void {
  for (const { path, before, after } of edits)
    files.set(
      path,
      (files.get(path) ?? '').replace(before, () => after),
    );
}

function schemeChange(app: DemoApp, wishes: Wishes, css: string): { before: string; after: string } | null {
  const palette = readPalette(css);
  if (!palette) return null;
  const old = readScheme(css);
  const scheme = { dark: wishes.dark ?? old.dark, colour: wishes.colour ?? old.colour };
  const before = paletteLines(palette, old.dark);
  const after = paletteLines(paletteOf(coloursOf(app), scheme), scheme.dark);
  const first = before.findIndex((line, index) => line !== after[index]);
  const last = before.findLastIndex((line, index) => line !== after[index]);
  if (first < 0) return null;
  return { before: before.slice(first, last + 1).join('\n'), after: after.slice(first, last + 1).join('\n') };
}

function withField(list: string, label: string): string {
  const name = label
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (name === '' || list.includes(`name: '${name}'`)) return list;
  const entries = [...list.matchAll(/\{[^}]*\}/g)].map(([entry]) => entry);
  entries.push(`{ name: '${name}', label: ${quote(label)} }`);
  return `export const fields: Field[] = [\n${entries.map((entry) => `  ${entry},\n`).join('')}];`;
}

function quote(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
