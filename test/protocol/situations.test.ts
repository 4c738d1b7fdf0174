import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { reasons } from '../../src/protocol/situations.ts';

/** The calls of a constructor or function in all of `src/`, each with its file and the text between its brackets. */
function callsOf(name: string): { file: string; args: string }[] {
  const root = new URL('../../src/', import.meta.url);
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  return files.flatMap((file) => {
    const text = readFileSync(new URL(file, root), 'utf8');
    return [...text.matchAll(new RegExp(`\\b${name}\\(`, 'g'))].map(({ index, 0: head }) => {
      let depth = 1;
      let end = index + head.length;
      for (; depth > 0 && end < text.length; end++)
        depth += '([{'.includes(text[end] ?? '') ? 1 : ')]}'.includes(text[end] ?? '') ? -1 : 0;
      return { file, args: text.slice(index + head.length, end - 1).trim() };
    });
  });
}

const codeOf = (args: string): string => /^'(\w+)'/.exec(args)?.[1] ?? '';

const errors = callsOf('new ProblemError').filter(({ args }) => codeOf(args) !== '');

it('each situation with a sentence of its own has a reason, so that the page can say it in its language', () => {
  expect(errors.length).toBeGreaterThan(50);
  const unnamed = new Map<string, Set<string>>();
  for (const { args } of errors) {
    if (/\breason\b|\bscope\b|fields/i.test(args)) continue;
    const sentence = args.slice(args.indexOf(',') + 1).trim();
    unnamed.set(codeOf(args), new Set([...(unnamed.get(codeOf(args)) ?? []), sentence]));
  }
  // Calls that no page of Redraw makes, and refusals whose words are those of the code.
  const general = new Set(['invalid_request', 'internal', 'forbidden_origin']);
  const several = [...unnamed].filter(([code, sentences]) => sentences.size > 1 && !general.has(code));
  expect(several.map(([code, sentences]) => [code, ...sentences])).toEqual([]);
});

it('a reason is one of its code', () => {
  for (const { file, args } of errors) {
    const known: readonly string[] = (reasons as Partial<Record<string, readonly string[]>>)[codeOf(args)] ?? [];
    const reason = /\breason: '(\w+)'/.exec(args)?.[1];
    if (reason !== undefined) expect(known, `${file}: ${args.slice(0, 80)}`).toContain(reason);
  }
});
