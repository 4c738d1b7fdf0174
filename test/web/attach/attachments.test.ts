import { describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../../web/api/api-error.ts';
import type { AttachmentTools } from '../../../web/attach/attachment.ts';
import { Attachments } from '../../../web/attach/attachments.ts';
import { kindOf, refusalOf, safeName } from '../../../web/attach/file-kinds.ts';

const free = () => false;
const file = (name: string, content = 'x', type = '') => new File([content], name, { type });

describe('what can go with a prompt', () => {
  it.each([
    ['shot.PNG', '', 'image'],
    ['photo.jpeg', '', 'image'],
    ['icon.svg', 'image/svg+xml', 'text'],
    ['notes.md', '', 'text'],
    ['App.tsx', '', 'text'],
    ['image', 'image/png', 'image'],
    ['blob', 'text/plain', 'text'],
    ['setup.exe', 'application/x-msdownload', null],
    ['photo.heic', 'image/heic', null],
    ['shot.png.exe', 'image/png', null],
    ['archive', '', null],
  ])('%s (%s)', (name, type, kind) => {
    expect(kindOf({ name, type })).toBe(kind);
  });

  it('is refused where it is too large or empty', () => {
    expect(refusalOf({ name: 'a.txt', type: '', size: 0 })).toEqual({ why: 'empty', name: 'a.txt' });
    expect(refusalOf({ name: 'a.txt', type: '', size: 20 * 1024 * 1024 })).toBeNull();
    expect(refusalOf({ name: 'a.txt', type: '', size: 20 * 1024 * 1024 + 1 })).toMatchObject({ why: 'size' });
  });
});

describe('the name of a file in the workspace', () => {
  it.each([
    ['My holiday photo (1).JPG', 'image/jpeg', 'My-holiday-photo-1.jpg'],
    ['Übersicht März.md', 'text/plain', 'Ubersicht-Marz.md'],
    ['../../etc/passwd.txt', 'text/plain', 'etc-passwd.txt'],
    ['.env.txt', 'text/plain', 'env.txt'],
    ['日本.png', 'image/png', 'file.png'],
    ['image', 'image/png', 'image.png'],
    ['large.png', 'image/jpeg', 'large.jpg'],
    ['notes', 'text/plain', 'notes.txt'],
    ['icon.svg', 'image/svg+xml', 'icon.svg'],
    [`${'x'.repeat(300)}.txt`, 'text/plain', `${'x'.repeat(80)}.txt`],
  ])('of %s', (name, type, safe) => {
    expect(safeName(name, type, free)).toBe(safe);
  });

  it('is none that is taken', () => {
    const taken = new Set(['image.png', 'image-2.png']);
    expect(safeName('image.png', 'image/png', (name) => taken.has(name))).toBe('image-3.png');
  });
});

describe('attachments', () => {
  const put: { url: string; size: number }[] = [];
  const tools = (fails: (url: string) => boolean = free): (() => Promise<AttachmentTools>) => {
    put.length = 0;
    return async () => ({
      prepare: async (one) =>
        one.name.startsWith('bad') ? { why: 'image' } : { content: one, type: 'text/plain', scaled: null },
      upload: async (url, content, onShare) => {
        onShare(0.5);
        if (fails(url)) throw new ApiError('unreachable', 'No.');
        put.push({ url, size: content.size });
        return put.length;
      },
    });
  };
  const target = { url: (path: string) => `/${path}`, has: (path: string) => path === 'uploads/b.txt' };

  it('say of the last files why they were refused, in whatever order their tools arrive', async () => {
    const first = Promise.withResolvers<AttachmentTools>();
    let loads = 0;
    const attachments = new Attachments(() => (loads++ === 0 ? first.promise : tools()()));
    const pasted = [attachments.add([file('a.txt')]), attachments.add([file('setup.exe')])];
    await vi.dynamicImportSettled();
    first.resolve(await tools()());
    await Promise.all(pasted);
    expect(attachments.items.value.map(({ name }) => name)).toEqual(['a.txt']);
    expect(attachments.refusals.value).toMatchObject([{ name: 'setup.exe' }]);
  });

  it('are prepared, and go up under names of their own', async () => {
    const attachments = new Attachments(tools());
    await attachments.add([file('a.txt'), file('a.txt', 'yy'), file('b.txt')]);
    expect(attachments.items.value.map(({ state }) => state)).toEqual(['ready', 'ready', 'ready']);
    const paths = ['uploads/a.txt', 'uploads/a-2.txt', 'uploads/b-2.txt'];
    expect(await attachments.upload(target)).toEqual(paths);
    expect(put.map(({ url }) => url)).toEqual(paths.map((path) => `/${path}`));
    expect(attachments.items.value.every(({ state }) => state === 'done')).toBe(true);
    // Uploaded files are not sent again.
    expect(await attachments.upload(target)).toEqual(paths);
    expect(put).toHaveLength(3);
  });

  it('say what was refused, and keep the rest', async () => {
    const attachments = new Attachments(tools());
    await attachments.add([file('a.exe'), file('ok.txt'), file('bad.png')]);
    expect(attachments.items.value.map(({ name }) => name)).toEqual(['ok.txt']);
    expect(attachments.refusals.value).toEqual([
      { why: 'type', name: 'a.exe' },
      { why: 'image', name: 'bad.png' },
    ]);
    await attachments.add([file('more.txt')]);
    expect(attachments.refusals.value).toEqual([]);
  });

  it('are at most twenty', async () => {
    const attachments = new Attachments(tools());
    await attachments.add(Array.from({ length: 23 }, (_, n) => file(`${n}.txt`)));
    expect(attachments.items.value).toHaveLength(20);
    expect(attachments.refusals.value).toEqual([{ why: 'count' }]);
  });

  it('stay where one did not go up, and go on from there', async () => {
    let isDown = true;
    const attachments = new Attachments(tools((url) => isDown && url.endsWith('b-2.txt')));
    await attachments.add([file('a.txt'), file('b.txt')]);
    await expect(attachments.upload(target)).rejects.toThrow('No.');
    expect(attachments.items.value.map(({ state }) => state)).toEqual(['done', 'failed']);
    isDown = false;
    expect(await attachments.upload(target)).toEqual(['uploads/a.txt', 'uploads/b-2.txt']);
    expect(put).toHaveLength(2);
  });
});
