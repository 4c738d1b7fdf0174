import type { Frame, Page } from 'playwright-core';
import { previewFrame, visitorOf } from '../../support/browser-visitor.ts';
import type { Visitor } from '../../support/visitor.ts';

/** A project whose files were uploaded by the API, opened in a page. Each file is a version. */
export interface OpenProject {
  visitor: Visitor;
  session: string;
  previewUrl: string;
  put(path: string, text: string): Promise<number>;
  /** The preview's document, once it shows an element. @param url address of a version; the project's own by default */
  frame(selector: string, url?: string): Promise<Frame>;
}

const page = (script: string) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>App</title><link rel="stylesheet" href="/src/style.css">
<body><div id="root"></div><script type="module" src="${script}"></script></body></html>`;

const style = 'body { margin: 0; background: #123456; color: #fff; font: 20px sans-serif }';

const component = `export function Greeting({ name }: { name: string }) {
  return (
    <section class="greeting" className="greeting">
      <h1>Hello {name}</h1>
      <button type="button">Start</button>
    </section>
  );
}
`;

/** The same small app with React and with Preact, and a plain page. */
export const apps = {
  react: {
    'package.json': '{"dependencies":{"react":"*"}}',
    'index.html': page('/src/main.tsx'),
    'src/style.css': style,
    'src/Greeting.tsx': component.replace('class="greeting" ', ''),
    'src/main.tsx': `import { createRoot } from 'react-dom/client';
import { Greeting } from './Greeting';
createRoot(document.getElementById('root')!).render(<Greeting name="you" />);
`,
  },
  preact: {
    'package.json': '{"dependencies":{"preact":"*"}}',
    'index.html': page('/src/main.tsx'),
    'src/style.css': style,
    'src/Greeting.tsx': component.replace(' className="greeting"', ''),
    'src/main.tsx': `import { render } from 'preact';
import { Greeting } from './Greeting';
render(<Greeting name="you" />, document.getElementById('root')!);
`,
  },
  plain: {
    'index.html': `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>App</title><link rel="stylesheet" href="/src/style.css">
<body><h1>Plain</h1><p id="where"></p><a href="/second">Second</a>
<script type="module">document.getElementById('where').textContent = location.pathname</script></body></html>`,
    'src/style.css': style,
  },
};

/** Uploads files, in this order, and opens their project in a page. */
export async function openProject(
  page: Page,
  url: string,
  files: Readonly<Record<string, string>> | readonly (readonly [path: string, text: string])[],
): Promise<OpenProject> {
  const visitor = await visitorOf(page.context(), url);
  const made = await visitor.json<{ session: string; previewUrl: string }>('POST', '/api/sessions', {});
  const put = async (path: string, text: string) => {
    const bytes = new TextEncoder().encode(text);
    const { version } = await visitor.json<{ version: number }>(
      'PUT',
      `/api/sessions/${made.session}/files/${path}`,
      bytes,
    );
    return version;
  };
  for (const [path, text] of Array.isArray(files) ? files : Object.entries(files)) await put(path, text);
  await page.goto(`${url}/s/${made.session}`);
  return {
    visitor,
    ...made,
    put,
    async frame(selector, at = made.previewUrl) {
      for (;;) {
        const found = await previewFrame(page, at);
        try {
          await found.locator(selector).first().waitFor();
          // What is asked of a document before it is the one that is shown is not done.
          await page.waitForFunction(() => {
            const [shown, ...others] = document.querySelectorAll<HTMLElement>('.stage iframe');
            return shown?.style.zIndex === '1' && others.length === 0;
          });
          if (found.isDetached()) continue;
          return found;
        } catch (error) {
          // A newer document has replaced it meanwhile.
          if (!found.isDetached()) throw error;
        }
      }
    },
  };
}
