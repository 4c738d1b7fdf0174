import type { Answer, Block } from '../../test/claude-simulator/script.ts';

/** Characters of one token of the simulator. */
export const tokenChars = 6;

/** A text of `count` tokens, each in its own delta. */
export function tokens(count: number, options: Pick<Answer, 'delayMs'> = {}): Answer {
  let text = '';
  for (let at = 0; at < count; at++) text += `${String(at % 100_000).padStart(tokenChars - 1, 'w')} `;
  return { content: [text], chunkSize: tokenChars, ...options };
}

/**
 * A reply that calls the edit tool once for each input.
 *
 * @param toolChunkSize characters of one chunk of an input: about 80 as Claude streams it, 0 for all at once
 */
export function editReply(inputs: readonly Record<string, unknown>[], toolChunkSize = 80): Answer {
  const calls = inputs.map((input): Block => ({ type: 'tool_use', name: 'str_replace_based_edit_tool', input }));
  return { content: ['On it.', ...calls], chunkSize: 24, toolChunkSize };
}

const html = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Bench</title>
    <link rel="stylesheet" href="/src/base.css" />
  </head>
  <body>
    <div id="root"></div>
    <script type="module" src="/src/main.tsx"></script>
  </body>
</html>
`;

const main = `import { createRoot } from 'react-dom/client';
import { App } from './App.tsx';
import './app.css';

createRoot(document.getElementById('root') as HTMLElement).render(<App />);
`;

const app = (parts: number) => `import { useState } from 'react';
${Array.from({ length: parts }, (_, at) => `import { Part${at} } from './parts/part-${at}.tsx';`).join('\n')}

export function App() {
  const [count, setCount] = useState(0);
  return (
    <main>
      <h1 id="edition">edition 0</h1>
      <button onClick={() => setCount(count + 1)}>{count}</button>
${Array.from({ length: parts }, (_, at) => `      <Part${at} />`).join('\n')}
    </main>
  );
}
`;

/** A component of about 4 KB. */
function part(at: number): string {
  const rows = Array.from(
    { length: 48 },
    (_, row) =>
      `      <li key="${row}">{label('entry ${row} of part ${at}', ${(row * 7919 + at * 104729) % 9973})}</li>`,
  );
  return `const label = (name: string, weight: number): string => \`\${name}: \${weight}\`;

export function Part${at}() {
  return (
    <ul className="part">
${rows.join('\n')}
    </ul>
  );
}
`;
}

const css = `main { font: 16px/1.5 system-ui; }
#edition { --edition: 0; color: rgb(0 0 0); }
`;

/** A React app of `parts` components, as inputs of `create`. */
export function sampleApp(parts: number): { inputs: Record<string, unknown>[]; bytes: number } {
  const files: [string, string][] = [
    ['index.html', html],
    ['src/main.tsx', main],
    ['src/base.css', 'body { margin: 0; }\n'],
    ['src/app.css', css],
    ['src/App.tsx', app(parts)],
    ...Array.from({ length: parts }, (_, at): [string, string] => [`src/parts/part-${at}.tsx`, part(at)]),
  ];
  const inputs = files.map(([path, text]) => ({ command: 'create', path: `/app/${path}`, file_text: text }));
  return { inputs, bytes: files.reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0) };
}

/** The heading's text from one edition to another. */
export function editText(from: number, to: number): Record<string, unknown> {
  return {
    command: 'str_replace',
    path: '/app/src/App.tsx',
    old_str: `<h1 id="edition">edition ${from}</h1>`,
    new_str: `<h1 id="edition">edition ${to}</h1>`,
  };
}

/** The heading's colour and number from one edition to another. */
export function editStyle(from: number, to: number): Record<string, unknown> {
  return {
    command: 'str_replace',
    path: '/app/src/app.css',
    old_str: `#edition { --edition: ${from}; color: rgb(0 0 ${from}); }`,
    new_str: `#edition { --edition: ${to}; color: rgb(0 0 ${to}); }`,
  };
}
