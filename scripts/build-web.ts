import { join } from 'node:path';
import { build, type Rolldown } from 'vite';

const configFile = join(import.meta.dirname, '../web/vite.config.ts');

/** Builds the web app into `dist/assets/_redraw/app/`, or into `outDir`. @returns the modules that it is made of */
export async function buildWeb(outDir?: string): Promise<string[]> {
  const built = await build({ configFile, logLevel: 'warn', ...(outDir === undefined ? {} : { build: { outDir } }) });
  const outputs = (Array.isArray(built) ? built : [built]) as Rolldown.RolldownOutput[];
  return outputs.flatMap(({ output }) => output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : [])));
}
