import { shelf } from '../../src/preview/library-shelf.ts';
import { readProjectConfig } from '../../src/preview/project-config.ts';
import type { ModuleContext } from '../../src/preview/rewrite-imports.ts';
import { MemoryProject } from './memory-project.ts';

type Files = Record<string, string | Uint8Array>;

/** What the modules of a project are made from. */
export function moduleContext(files: Files, changes: Partial<ModuleContext> = {}): ModuleContext {
  const project = new MemoryProject(files);
  return { files: project, shelf, cache: project.cache, config: readProjectConfig(project, project.cache), ...changes };
}

/** A `tsconfig.json` with these compiler options. */
export function tsconfig(compilerOptions: object): { 'tsconfig.json': string } {
  return { 'tsconfig.json': JSON.stringify({ compilerOptions }) };
}
