import { join } from 'node:path';
import { build } from 'vite';

const configFile = join(import.meta.dirname, '../web/vite.config.ts');

/** Builds the web app into `dist/assets/_redraw/app/`, or into `outDir`. */
export async function buildWeb(outDir?: string): Promise<void> {
  await build({ configFile, logLevel: 'warn', ...(outDir === undefined ? {} : { build: { outDir } }) });
}
