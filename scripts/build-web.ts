import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const configFile = fileURLToPath(new URL('../web/vite.config.ts', import.meta.url));

/** Builds the web app to `dist/assets/_redraw/app/`. */
export async function buildWeb(): Promise<void> {
  await build({ configFile, logLevel: 'warn' });
}
