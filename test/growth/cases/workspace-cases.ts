import { insertLines, replaceOnce } from '../../../src/workspace/edit-text.ts';
import { editToolLine, runEditTool } from '../../../src/workspace/edit-tool.ts';
import { findOccurrences } from '../../../src/workspace/find-occurrences.ts';
import { imageInfo } from '../../../src/workspace/image-info.ts';
import { countLineChanges } from '../../../src/workspace/line-diff.ts';
import { searchFiles } from '../../../src/workspace/search-files.ts';
import { similarPaths } from '../../../src/workspace/similar-paths.ts';
import { decodeText, encodeText, splitLines, toCrLf, usesCrLf } from '../../../src/workspace/text-file.ts';
import { backToLabel, editFields, editLabel, versionLabel } from '../../../src/workspace/version-label.ts';
import { viewFile, viewFolder } from '../../../src/workspace/view-file.ts';
import { filePath, normalizePath } from '../../../src/workspace/workspace-path.ts';
import { MemoryProject } from '../../preview/memory-project.ts';
import { filled, type GrowthCase, numbered, ofText } from '../growth-case.ts';

const textFiles = (files: Record<string, string>) => {
  const project = new MemoryProject(files);
  return { list: () => project.list(), read: (path: string) => project.read(path) } as unknown as Parameters<
    typeof searchFiles
  >[0];
};

function searching(
  name: string,
  pattern: (chars: number) => string,
  files: (chars: number) => Record<string, string>,
): GrowthCase {
  return {
    name: `search: ${name}`,
    prepare(chars) {
      const given = textFiles(files(chars));
      return () => searchFiles(given, pattern(chars), '');
    },
  };
}

function jpeg(chars: number, fill: number[]): Uint8Array {
  const bytes = new Uint8Array(chars);
  for (let at = 0; at < chars; at++) bytes[at] = fill[at % fill.length] ?? 0;
  bytes.set([0xff, 0xd8]);
  return bytes;
}

export const workspaceCases: readonly GrowthCase[] = [
  {
    name: 'edit: a call',
    prepare(chars) {
      const project = new MemoryProject({ a: filled('a\n', chars) });
      const files = { list: () => project.list(), read: (path: string) => project.read(path), isFolder: () => false };
      return () =>
        runEditTool(files as unknown as Parameters<typeof runEditTool>[0], 'str_replace_based_edit_tool', {
          command: 'view',
          path: 'a',
        });
    },
  },
  ofText(
    'edit: overlapping occurrences',
    (n) => filled('a', n),
    (text) => replaceOnce(text, text.slice(0, text.length / 2), 'b', 'x'),
  ),
  ofText(
    'edit: nearly an occurrence',
    (n) => filled('a', n),
    (text) => replaceOnce(text, `${text.slice(0, text.length / 2)}b`, 'b', 'x'),
  ),
  ofText(
    'edit: nearly an occurrence, in words',
    (n) => filled('ab', n),
    (text) => findOccurrences(text, `b${text.slice(0, text.length / 2)}c`, 9),
  ),
  ofText(
    'edit: many occurrences',
    (n) => filled('a\n', n),
    (text) => replaceOnce(text, 'a', 'b', 'x'),
  ),
  ofText(
    'edit: lines that are alike',
    (n) => filled('a \n', n),
    (text) => replaceOnce(text, 'a\n b', 'b', 'x'),
  ),
  ofText(
    'edit: mixed line ends',
    (n) => filled('a\r\nb\n', n),
    (text) => replaceOnce(text, text.slice(0, text.length / 2).replaceAll('\r', ''), 'b', 'x'),
  ),
  ofText(
    'edit: numbered lines',
    (n) => filled(' 1\ta\n', n),
    (text) => replaceOnce(text, `x${text}`, 'b', 'x'),
  ),
  ofText(
    'edit: lines of digits',
    (n) => filled('1', n),
    (text) => replaceOnce(text, `${text}\n2\ta`, 'b', 'x'),
  ),
  ofText(
    'edit: lines of white space',
    (n) => filled(' ', n),
    (text) => replaceOnce('a', text, 'b', 'x'),
  ),
  ofText(
    'edit: an insertion',
    (n) => filled('a\r\n', n),
    (text) => insertLines(text, 9, text),
  ),
  ofText(
    'edit: carriage returns',
    (n) => filled('\r', n),
    (text) => [usesCrLf(text), toCrLf(text), splitLines(text)],
  ),
  ofText(
    'edit: a title of a long path',
    (n) => filled('a/', n),
    (text) => editToolLine('delete_file', { path: text }),
  ),
  ofText('path: many dots', (n) => filled('a/../', n), normalizePath),
  ofText(
    'path: many dots, to a short file',
    (n) => filled('a/../', n),
    (path) => filePath(`${path.slice(0, 400)}b`),
  ),
  ofText(
    'text: not UTF-8',
    (n) => filled('\u00ff', n),
    (text) => decodeText(Buffer.from(text, 'latin1')),
  ),
  ofText(
    'diff: lines all alike',
    (n) => filled('a\n', n),
    (text) => countLineChanges(`b\n${text}c\n`, `c\n${text}${text}b\n`),
  ),
  ofText(
    'diff: no line alike',
    (n) => numbered((i) => `${i}\n`, n),
    (text) => countLineChanges(text, text.replaceAll('\n', 'x\n')),
  ),
  ofText(
    'diff: lines moved',
    (n) => numbered((i) => `${i}\n`, n),
    (text) => countLineChanges(text, `${text.slice(text.length / 2)}${text.slice(0, text.length / 2)}`),
  ),
  ofText(
    'image: segments of no length',
    (n) => filled('x', n),
    (text) => imageInfo(jpeg(text.length, [0xff, 0xe0, 0, 0])),
  ),
  ofText(
    'image: fill bytes',
    (n) => filled('x', n),
    (text) => imageInfo(jpeg(text.length, [0xff])),
  ),
  ofText(
    'image: small segments',
    (n) => filled('x', n),
    (text) => imageInfo(jpeg(text.length, [0xff, 0xe0, 0, 2])),
  ),
  searching(
    'groups',
    () => '(a+)+$',
    (n) => ({ a: filled('a', n) }),
  ),
  searching(
    'groups in many lines',
    () => '(a+)+$',
    (n) => ({ a: filled(`${'a'.repeat(200)}b\n`, n) }),
  ),
  searching(
    'a pattern of nested repetitions',
    () => '((a{0,30}){0,30})$',
    (n) => ({ a: filled(`${'a'.repeat(99)}\n`, n) }),
  ),
  searching(
    'alternatives',
    (n) => filled('a|', Math.min(n, 1000)),
    (n) => ({ a: filled(`${'b'.repeat(99)}\n`, n) }),
  ),
  searching(
    'plain text',
    () => 'aab',
    (n) => ({ a: filled('a', n) }),
  ),
  searching(
    'plain text in lines',
    () => `${'a'.repeat(900)}b`,
    (n) => ({ a: filled(`${'a'.repeat(1999)}\n`, n) }),
  ),
  searching(
    'many files',
    () => 'x.y',
    (n) => Object.fromEntries(Array.from({ length: n / 50 }, (_, i) => [`f${i}`, filled('x\n', 40)])),
  ),
  searching(
    'many lines that match',
    () => 'x',
    (n) => ({ a: filled('x\n', n) }),
  ),
  {
    name: 'paths: many like one',
    prepare(chars) {
      const existing = Array.from({ length: chars / 100 }, (_, i) => `src/${'ab'.repeat(44)}${i}.ts`);
      return () => similarPaths(`src/${'ab'.repeat(45)}.ts`, existing);
    },
  },
  {
    name: 'paths: long ones',
    prepare(chars) {
      const existing = Array.from({ length: chars / 240 }, (_, i) => `src/${'ab/'.repeat(74)}${i % 9}a.ts`);
      return () => similarPaths(`src/${'ba/'.repeat(74)}a.ts`, existing);
    },
  },
  ofText(
    'view: a long line',
    (n) => filled('a', n),
    (text) => viewFile('a', encodeText(text)),
  ),
  ofText(
    'view: many lines',
    (n) => filled('\n', n),
    (text) => viewFile('a', encodeText(text), [5, -1]),
  ),
  ofText(
    'view: marks that pile up',
    (n) => filled('\u0301', n),
    (text) => viewFile('a', encodeText(text)),
  ),
  {
    name: 'view: a folder of many files',
    prepare(chars) {
      const files = Array.from({ length: chars / 50 }, (_, i) => ({ path: `a${i}/b/c/d/e/f`, bytes: 1, hash: '' }));
      return () => viewFolder('', files);
    },
  },
  ofText('label: blank lines', (n) => filled(' \n', n), versionLabel),
  ofText('label: marks that pile up', (n) => filled('\u0301', n), versionLabel),
  ofText(
    'label: of an edit',
    (n) => filled('a/', n),
    (path) => [
      backToLabel(path),
      editFields({ kind: 'edit', label: editLabel(path, true), changed: [path] } as Parameters<typeof editFields>[0]),
    ],
  ),
];
