import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { MemoryFiles } from '../support/memory-files.ts';
import { describeContainers, run, untilStarted, useContainers } from './containers.ts';

const count = 200;

function project(): MemoryFiles {
  const files = new MemoryFiles();
  for (let i = 0; i < count; i++) files.set(`dir ${i % 20}/datei-ä-${i}.bin`, new Uint8Array(randomBytes(i * 60)));
  files.set('run', '#!/bin/sh\necho ran\n');
  return files;
}

describeContainers('files of a container', () => {
  const containers = useContainers();

  it('are those of the project, and only what changed comes back', async () => {
    const sandbox = await containers.sandbox('both-ways');
    const files = project();
    await sandbox.files.fill(files);
    expect((await run(sandbox, 'find . -type f | wc -l; ./run')).out).toBe(`${count + 1}\nran\n`);
    expect(await files.collect(sandbox)).toMatchObject({
      written: [],
      deleted: [],
      refused: [],
      more: false,
      lost: false,
    });

    await run(
      sandbox,
      'echo new > new.txt; rm "dir 1/datei-ä-1.bin"; printf x >> "dir 2/datei-ä-2.bin"; mv run "dir 3/run"',
    );
    const { written, deleted } = await files.collect(sandbox);
    expect(written.map(({ path }) => path).sort()).toEqual(['dir 2/datei-ä-2.bin', 'dir 3/run', 'new.txt']);
    expect(deleted.sort()).toEqual(['dir 1/datei-ä-1.bin', 'run']);
    expect(new TextDecoder().decode(files.read('new.txt') ?? undefined)).toBe('new\n');
    expect(files.read('dir 2/datei-ä-2.bin')?.byteLength).toBe(121);
  });

  it('follow the project: what it writes, deletes and brings back', async () => {
    const sandbox = await containers.sandbox('follow');
    const files = new MemoryFiles();
    files.set('a.txt', 'a');
    files.set('b/c.txt', 'c');
    await sandbox.files.fill(files);
    await run(sandbox, 'echo made > made.txt; echo kept > .gitignore; echo kept > kept');
    await files.collect(sandbox);
    files.files.delete('made.txt');
    files.files.delete('b/c.txt');
    files.set('a.txt', 'changed');
    files.set('b', 'a file where a folder was');
    await sandbox.files.fill(files);
    expect((await run(sandbox, 'ls -A; cat a.txt b kept')).out).toBe(
      '.gitignore\na.txt\nb\nkept\nchangeda file where a folder waskept\n',
    );
    expect(await files.collect(sandbox)).toMatchObject({ written: [], deleted: [] });
  });

  it('are filled by hash where somebody else has filled them before', async () => {
    const files = project();
    await (await containers.sandbox('again')).files.fill(files);
    const other = await containers.sandbox('again');
    await run(other, 'echo spoiled > run');
    await other.files.fill(files);
    expect((await run(other, './run; find . -type f | wc -l')).out).toBe(`ran\n${count + 1}\n`);
  });

  it('come back without what is ignored, what is no file and what is too large, and say so', async () => {
    const sandbox = await containers.sandbox('refused');
    const files = new MemoryFiles();
    files.set('.gitignore', 'secret\n');
    files.set('dist/kept.txt', 'of the project already');
    await sandbox.files.fill(files);
    await run(
      sandbox,
      `mkdir -p node_modules/x && echo 1 > node_modules/x/i.js && echo 1 > secret && echo 1 > dist/new.js
       ln -s /etc/passwd link; mkfifo pipe; head -c 50000000 /dev/zero > big.bin; git init -q inner; touch inner/f; echo 2 > dist/kept.txt`,
    );
    const { written, refused } = await files.collect(sandbox);
    expect(written.map(({ path }) => path)).toEqual(['dist/kept.txt']);
    expect(Object.fromEntries(refused.map(({ path, why }) => [path, why]))).toMatchObject({
      'big.bin': '48 MB',
      link: 'a symbolic link to /etc/passwd',
    });
    expect(files.read('link')).toBeNull();
  });

  it('never come from behind a symbolic link', async () => {
    const sandbox = await containers.sandbox('links');
    const files = new MemoryFiles();
    files.set('src/a.txt', 'a');
    files.set('b.txt', 'b');
    await sandbox.files.fill(files);
    await run(sandbox, 'rm -r src b.txt; ln -s /etc src; ln -s /etc/hostname b.txt; ln -s /etc/hosts etc');
    const { written, deleted } = await files.collect(sandbox);
    expect({ written, deleted }).toEqual({ written: [], deleted: ['src/a.txt'] });
    files.set('src/a.txt', 'back');
    files.set('b.txt', 'back');
    await sandbox.files.fill(files);
    expect((await run(sandbox, 'cat src/a.txt b.txt; ls /etc/a.txt 2>&1')).out).toMatch(/^backback/);
  });
});

describeContainers('a container that went away', () => {
  const containers = useContainers();

  it('takes no file of the project with it, whenever it goes', async () => {
    const sandbox = await containers.sandbox('gone');
    const files = project();
    const collected = () => untilStarted(() => files.collect(sandbox));
    await sandbox.files.fill(files);
    await run(sandbox, 'rm -rf "dir 1"');
    await sandbox.destroy();
    expect(await collected()).toMatchObject({ written: [], deleted: [], lost: true });
    expect(await untilStarted(() => sandbox.files.fill(files))).toMatchObject({ isNewContainer: true });
    const filling = sandbox.files.fill(files);
    await sandbox.destroy();
    await filling.catch(() => undefined);
    expect(await collected()).toMatchObject({ written: [], deleted: [], lost: true });
    await untilStarted(() => sandbox.files.fill(files));
    expect((await run(sandbox, 'find . -type f | wc -l')).out).toBe(`${count + 1}\n`);
  });

  it('forgets what a command has left half done', async () => {
    const sandbox = await containers.sandbox('half');
    const files = new MemoryFiles();
    files.set('a.txt', 'a');
    await sandbox.files.fill(files);
    await run(sandbox, 'echo half > a.txt; echo half > b.txt');
    sandbox.files.invalidate();
    await sandbox.files.fill(files);
    expect((await run(sandbox, 'ls; cat a.txt')).out).toBe('a.txt\na');
  });
});
