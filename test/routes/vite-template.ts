import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(fileURLToPath(import.meta.resolve('create-vite/package.json')));

/** Files that create-vite renames. */
const renamed: Record<string, string> = { _gitignore: '.gitignore', '_oxlintrc.json': '.oxlintrc.json' };

/** The files of a template of create-vite, as it writes them. */
export function readTemplate(name: string): Map<string, Uint8Array> {
  const folder = join(root, `template-${name}`);
  const files = new Map<string, Uint8Array>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const full = join(entry.parentPath, entry.name);
    const path = full.slice(folder.length + 1);
    files.set(renamed[path] ?? path, new Uint8Array(readFileSync(full)));
  }
  return files;
}
