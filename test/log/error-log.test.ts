import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { logError } from '../../src/log/error-log.ts';

const root = join(import.meta.dirname, '../..');

function written(...given: Parameters<typeof logError>): unknown[] {
  const lines: unknown[] = [];
  vi.spyOn(console, 'error').mockImplementation((line) => lines.push(line));
  logError(...given);
  return lines;
}

it('writes one line of JSON, with the ids by which others of the same matter are found', () => {
  expect(written('turn a1 broke: x', { turn: 'a1' })).toEqual(['{"error":"turn a1 broke: x","turn":"a1"}']);
  const [line, ...more] = written(new Error('two\nlines with sk-ant-api03-CANARY and "quotes"'));
  expect(more).toEqual([]);
  expect(line).not.toMatch(/\n|CANARY/);
  expect(JSON.parse(String(line)).error).toMatch(/^Error: two lines with sk-ant-… and "quotes" +at /);
  expect(String(written('x'.repeat(9_000))[0]).length).toBeLessThan(2_100);
});

it('is the only way of the Workers to the console but for lines that are JSON already', () => {
  const others = ['src', 'container/src'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && join(folder, file) !== 'src/log/error-log.ts')
      .flatMap((file) =>
        readFileSync(join(root, folder, file), 'utf8')
          .split('\n')
          .filter((line) => /\bconsole\./.test(line) && !line.includes('writeLine: (text) => console.log(text)'))
          .map((line) => `${folder}/${file}: ${line.trim()}`),
      ),
  );
  expect(others).toEqual([]);
});
