import type { MissingReason } from '../protocol/build-fault.ts';
import { buildProblem, maxProblems, problemScript } from './build-problem.ts';
import { type BundledCss, bundleCss } from './css-imports.ts';
import { scopeCss } from './css-modules.ts';
import { readText, tooLarge } from './file-snapshot.ts';
import { objectEntries } from './jsonc.ts';
import { mimeType } from './mime-types.ts';
import { urlOf } from './paths.ts';
import { resolveImport } from './resolve-import.ts';
import { type BrowserModule, type ModuleContext, moduleUrl } from './rewrite-imports.ts';

const noImports = { problems: [], imports: [], shelf: [] };
const tailwindSpecifier = '@tailwindcss/browser';

/** Words that cannot be the name of a binding. */
const reservedWords =
  /^(?:await|break|case|catch|class|const|continue|debugger|default|delete|do|else|enum|export|extends|false|finally|for|function|if|implements|import|in|instanceof|interface|let|new|null|package|private|protected|public|return|static|super|switch|this|throw|true|try|typeof|var|void|while|with|yield|eval|arguments)$/;

function isBindingName(text: string): boolean {
  return /^[A-Za-z_$][\w$]*$/.test(text) && !reservedWords.test(text);
}

/** A style sheet as served to a `link` element, or to the bridge for a hot update. */
export function styleSheet(path: string, context: ModuleContext): BundledCss | null {
  const processed = bundleCss(path, context);
  if (!processed) return null;
  const css = path.endsWith('.module.css') ? scopeCss(processed.css, path).css : processed.css;
  return { ...processed, css };
}

/** The module of an imported style sheet: it adds the styles to the page where `inject` is set. Null where there is no such file. */
export function cssModule(path: string, context: ModuleContext, options: { inject: boolean }): BrowserModule | null {
  const processed = bundleCss(path, context);
  if (!processed) return null;
  if (processed.problems.length > 0) {
    return { code: problemScript(processed.problems), problems: processed.problems, imports: [], shelf: [] };
  }
  const scoped = path.endsWith('.module.css') ? scopeCss(processed.css, path) : null;
  const css = scoped?.css ?? processed.css;
  const compile = processed.tailwind ? context.shelf.modules[tailwindSpecifier] : undefined;
  const imports = new Map<string, number>();
  let code = compile ? `import ${JSON.stringify(compile.url)};` : '';
  if (options.inject) {
    const type = processed.tailwind ? `s.type="text/tailwindcss";` : '';
    code += `const s=document.createElement("style");${type}s.setAttribute("data-redraw-css",${JSON.stringify(urlOf(path))});s.textContent=${JSON.stringify(css)};document.head.append(s);`;
  }
  if (!scoped || !options.inject) code += `export default ${JSON.stringify(css)};\n`;
  else {
    const names: string[] = [];
    const values: string[] = [];
    const problems: BrowserModule['problems'][number][] = [];
    const importVariable = (from: string): string => {
      if (problems.length >= maxProblems) return '';
      const found = resolveImport(from, path, context);
      if (found.kind !== 'file') {
        const reason: MissingReason = found.kind === 'missing' ? found.reason : { reason: 'no_project_file' };
        problems.push(buildProblem(path, { code: 'composes', what: from, ...reason }));
        return '';
      }
      const url = moduleUrl(found.path, '');
      const index = imports.get(url) ?? imports.size;
      imports.set(url, index);
      return `d${index}`;
    };
    let index = 0;
    for (const [name, { own, composed }] of scoped.names) {
      const composedNames = composed.map((one) => `+" "+${importVariable(one.from)}[${JSON.stringify(one.name)}]`);
      values.push(`const c${index}=${JSON.stringify(own.join(' '))}${composedNames.join('')};`);
      names.push(`${JSON.stringify(name)}:c${index}`);
      if (isBindingName(name)) values.push(`export{c${index} as ${name}};`);
      index += 1;
    }
    if (problems.length > 0) return { code: problemScript(problems), problems, imports: [], shelf: [] };
    const lines = [...imports.keys()].map((url, i) => `import d${i} from ${JSON.stringify(url)};`);
    code = `${lines.join('')}${code}${values.join('')}export default {${names.join()}};\n`;
  }
  return { code, problems: [], imports: [...imports.keys()], shelf: compile ? [tailwindSpecifier] : [] };
}

/** The module of an imported JSON file: the value as default export, and named exports for members with valid names. */
export function jsonModule(path: string, context: ModuleContext): BrowserModule | null {
  const source = readText(context.files, path);
  if (source === null) return null;
  let value: unknown;
  let text: string;
  try {
    value = JSON.parse(source);
    // What is nested deeper than the stack is read, but not written.
    text = JSON.stringify(value);
  } catch (error) {
    const what = error instanceof Error ? error.message : '';
    const problems = [buildProblem(path, { code: 'not_json', what })];
    return { code: problemScript(problems), problems, imports: [], shelf: [] };
  }
  const names = objectEntries(value).flatMap(([name]) => (isBindingName(name) ? [name] : []));
  // A member may have the name of the whole.
  let whole = 'json';
  while (names.includes(whole)) whole += '_';
  const named = names.map((name) => `export const ${name}=${whole}[${JSON.stringify(name)}];`);
  return { ...noImports, code: `const ${whole}=${text};export default ${whole};${named.join('')}\n` };
}

/** The module of `?raw`: the file as text. */
export function rawModule(path: string, context: ModuleContext): BrowserModule | null {
  const source = readText(context.files, path);
  return source === null ? null : { ...noImports, code: `export default ${JSON.stringify(source)};\n` };
}

/** The module of `?inline` for files other than style sheets: a `data:` URL. */
export function inlineModule(path: string, context: ModuleContext): BrowserModule | null {
  const bytes = context.files.read(path);
  if (!bytes) return null;
  let binary = '';
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  const url = `data:${mimeType(path).replace(' ', '')};base64,${btoa(binary)}`;
  return { ...noImports, code: `export default ${JSON.stringify(url)};\n` };
}

/** The module in place of one that would have to be made from a file that is too large for that. */
export function tooLargeModule(path: string): BrowserModule {
  const problems = [buildProblem(path, tooLarge)];
  return { ...noImports, code: problemScript(problems), problems };
}

/** The module of `?worker`: a constructor of the worker. */
export function workerModule(path: string): BrowserModule {
  const url = JSON.stringify(urlOf(path));
  const code = `export default class extends Worker{constructor(options){super(${url},{type:"module",...options})}}\n`;
  return { ...noImports, code };
}

/** A module under a second URL that re-exports another one, so that it runs only once. */
export function aliasModule(url: string, hasDefault: boolean): BrowserModule {
  const target = JSON.stringify(url);
  const code = `export * from ${target};${hasDefault ? `export{default} from ${target};` : ''}\n`;
  return { ...noImports, code };
}
