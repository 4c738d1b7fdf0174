import { describe, expect, test } from 'vitest';
import { problemScript } from '../../src/preview/build-problem.ts';
import { scopeCss } from '../../src/preview/css-modules.ts';
import { shelf } from '../../src/preview/library-shelf.ts';
import { cssModule, inlineModule, jsonModule, rawModule, styleSheet } from '../../src/preview/virtual-modules.ts';
import type { BuildFault } from '../../src/protocol/build-fault.ts';
import { moduleContext } from './module-context.ts';

const module = (code: string) => ({ code, problems: [], imports: [], shelf: [] });
const broken = (message: string, file: string, fault: BuildFault, place = {}) => {
  const problems = [{ message, file, ...place, fault }];
  return { code: problemScript(problems), problems, imports: [], shelf: [] };
};

test('a file that is not there makes no module', () => {
  const context = moduleContext({});
  expect([
    styleSheet('a.css', context),
    cssModule('a.css', context, { inject: true }),
    jsonModule('a.json', context),
    rawModule('a.txt', context),
    inlineModule('a.svg', context),
  ]).toEqual([null, null, null, null, null]);
});

describe('a JSON module', () => {
  const json = (source: string) => jsonModule('d.json', moduleContext({ 'd.json': source }));

  test('has a named export for each member with a name', () => {
    expect(json('{ "a1": 1, "$_b": [2], "c-d": 3, "1e": 4, "a b": 5, "class": 6, "": 7 }')).toEqual(
      module(
        'const json={"a1":1,"$_b":[2],"c-d":3,"1e":4,"a b":5,"class":6,"":7};export default json;' +
          'export const a1=json["a1"];export const $_b=json["$_b"];\n',
      ),
    );
  });

  test('may have members named after its own variables', async () => {
    const code = json('{ "json": 1, "json_": 2 }')?.code ?? '';
    const exported = { ...(await import(`data:text/javascript,${encodeURIComponent(code)}`)) };
    expect(exported).toEqual({ json: 1, json_: 2, default: { json: 1, json_: 2 } });
  });

  test.each(['[1,{"a":2}]', '"text"', 'null', '3', 'true', '{}'])('of %s has only a default export', (source) => {
    expect(json(source)).toEqual(module(`const json=${source};export default json;\n`));
  });

  test('of what is not JSON is a problem', () => {
    let reason = '';
    try {
      JSON.parse('{');
    } catch (error) {
      reason = (error as Error).message;
    }
    expect(json('{')).toEqual(broken(`d.json is not JSON: ${reason}`, 'd.json', { code: 'not_json', what: reason }));
  });
});

describe('a style sheet', () => {
  const style = (path: string, css: string, type = '') =>
    `const s=document.createElement("style");${type}s.setAttribute("data-redraw-css","/${path}");s.textContent=${JSON.stringify(css)};document.head.append(s);`;
  const make = (files: Record<string, string>, inject = true) =>
    cssModule(Object.keys(files)[0] ?? '', moduleContext(files), { inject });

  test('that is imported adds itself to the page, and is its own text', () => {
    expect(make({ 'a.css': 'a {}' })).toEqual(module(`${style('a.css', 'a {}')}export default "a {}";\n`));
    expect(make({ 'a.css': 'a {}' }, false)).toEqual(module('export default "a {}";\n'));
  });

  test('with Tailwind brings its browser build', () => {
    const css = '@import "tailwindcss";';
    const url = shelf.modules['@tailwindcss/browser']?.url;
    expect(make({ 'a.css': css })).toEqual({
      ...module(
        `import "${url}";${style('a.css', css, 's.type="text/tailwindcss";')}export default ${JSON.stringify(css)};\n`,
      ),
      shelf: ['@tailwindcss/browser'],
    });
  });

  test('that imports what is not there is a problem', () => {
    const message = "a.css imports './gone.css', but there is no such file.";
    const fault: BuildFault = { code: 'imports', what: './gone.css', reason: 'no_file' };
    expect(make({ 'a.css': '@import "./gone.css";' })).toEqual(broken(message, 'a.css', fault, { line: 1, column: 1 }));
  });

  describe('with names of its own', () => {
    const css = '.b { composes: far from "./x/b.module.css"; composes: near from "./b.module.css" }';
    const files = { 'b.module.css': '.near {}', 'x/b.module.css': '.far {}' };
    const scoped = (source: string) => scopeCss(source, 'a.module.css');
    const own = (name: string) => scoped('.x {}').names.get('x')?.own[0]?.replace('x', name);

    test('exports them, those of other sheets each imported once', () => {
      const source = `${css} .c { composes: other from './x/b.module.css' } .sm\\:d {} .class {}`;
      expect(make({ 'a.module.css': source, ...files })).toEqual({
        ...module(
          [
            'import d0 from "/x/b.module.css?import";import d1 from "/b.module.css?import";',
            style('a.module.css', scoped(source).css),
            `const c0="${own('b')}"+" "+d0["far"]+" "+d1["near"];export{c0 as b};`,
            `const c1="${own('c')}"+" "+d0["other"];export{c1 as c};`,
            `const c2="${own('sm:d')}";`,
            `const c3="${own('class')}";`,
            'export default {"b":c0,"c":c1,"sm:d":c2,"class":c3};\n',
          ].join(''),
        ),
        imports: ['/x/b.module.css?import', '/b.module.css?import'],
      });
    });

    test('that are only its text have no imports', () => {
      expect(make({ 'a.module.css': css, ...files }, false)).toEqual(
        module(`export default ${JSON.stringify(scoped(css).css)};\n`),
      );
    });

    test.each([
      ['./gone.css', 'there is no such file', 'no_file'],
      ['nanoid', 'it is not a file of the project', 'no_project_file'],
      ['https://example.com/a.css', 'it is not a file of the project', 'no_project_file'],
    ] as const)('that compose from %s are a problem', (from, why, reason) => {
      const message = `a.module.css composes from '${from}', but ${why}.`;
      const source = `.a { composes: b from "./b.module.css" } .c { composes: d from "${from}" }`;
      expect(make({ 'a.module.css': source, ...files })).toEqual(
        broken(message, 'a.module.css', { code: 'composes', what: from, reason }),
      );
    });
  });
});

test('?inline of a file of any size is all of its bytes', () => {
  const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 251);
  expect(inlineModule('a.png', moduleContext({ 'a.png': bytes }))).toEqual(
    module(`export default "data:image/png;base64,${Buffer.from(bytes).toString('base64')}";\n`),
  );
});
