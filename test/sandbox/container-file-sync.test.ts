import { createTarPacker } from 'modern-tar';
import { expect, it } from 'vitest';
import { ContainerFileSync, type ProgramResult } from '../../src/sandbox/container-file-sync.ts';
import { MemoryFiles } from '../support/memory-files.ts';

const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

type Entry = { name: string; type: 'file' | 'symlink' | 'directory'; text?: string; linkname?: string };

function archive(entries: Entry[]): ReadableStream<Uint8Array> {
  const { readable, controller } = createTarPacker();
  const write = async (): Promise<void> => {
    for (const { name, type, text = '', linkname } of entries) {
      const content = bytes(text);
      const writer = controller
        .add({ name, type, size: content.byteLength, ...(linkname ? { linkname } : {}) })
        .getWriter();
      if (content.byteLength > 0) await writer.write(content);
      await writer.close();
    }
    controller.finalize();
  };
  void write();
  return readable;
}

/** A container with scripted answers, which may be false. */
function lyingContainer(difference: object, entries: Entry[], boots = ['boot', 'boot', 'boot', 'boot', 'boot']) {
  let filled: string | null = null;
  let calls = 0;
  return new ContainerFileSync({
    calls: { wakeUp: async () => ({ boot: boots[Math.min(calls++, boots.length - 1)] ?? '', fresh: calls === 1 }) },
    syncedBoot: {
      get: () => filled,
      set: (boot) => {
        filled = boot;
      },
    },
    run: async ({ command }): Promise<ProgramResult> =>
      command[1]?.includes('files.mjs')
        ? { code: 0, output: bytes(JSON.stringify(difference)) }
        : { code: 0, output: bytes('1') },
    stream: () => archive(entries),
  });
}

const none = { written: [], deleted: [], refused: [], more: false, modules: false };

it('takes from an archive the files that were asked for, once each, and nothing else of it', async () => {
  const project = new MemoryFiles();
  const files = lyingContainer(
    {
      ...none,
      written: [
        { path: 'a.txt', bytes: 1 },
        { path: 'link', bytes: 1 },
      ],
    },
    [
      { name: '../../etc/passwd', type: 'file', text: 'evil' },
      { name: '/etc/passwd', type: 'file', text: 'evil' },
      { name: 'link', type: 'symlink', linkname: '/etc/passwd' },
      { name: 'a.txt', type: 'file', text: 'a' },
      { name: 'a.txt', type: 'file', text: 'again' },
      { name: 'other.txt', type: 'file', text: 'not asked for' },
    ],
  );
  await files.fill(project);
  const { written } = await files.collect(project);
  expect(written.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])).toEqual([['a.txt', 'a']]);
});

it('takes no more than it can hold, whatever it was told', async () => {
  const project = new MemoryFiles();
  const large = 'x'.repeat(20 * 1024 * 1024);
  const paths = ['a', 'b', 'c'];
  const files = lyingContainer(
    { ...none, written: paths.map((path) => ({ path, bytes: 1 })) },
    paths.map((name) => ({ name, type: 'file', text: large })),
  );
  await files.fill(project);
  expect((await files.collect(project)).written.map(({ path }) => path)).toEqual(['a']);
});

it('believes nothing of a container that is another one by the end', async () => {
  const project = new MemoryFiles();
  project.set('a.txt', 'a');
  const files = lyingContainer({ ...none, deleted: ['a.txt'] }, [], ['one', 'one', 'one', 'two']);
  await files.fill(project);
  expect(await files.collect(project)).toMatchObject({ deleted: [], lost: true });
});
