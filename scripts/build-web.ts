import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url));

/** Builds the web app, to `dist/assets/_redraw/app/` unless another folder is named. */
export async function buildWeb(outDir?: string): Promise<void> {
  await build({ configFile, logLevel: 'warn', ...(outDir === undefined ? {} : { build: { outDir } }) });
}
