import type { Attachment, Attachments, AttachTools, Place, Prepared } from './attachments.ts';
import { kindOf, maxAttachments, type Refusal, refusalOf, safeName } from './file-kinds.ts';

/** Where attachments go in the workspace. */
const FOLDER = 'uploads/';

let nextId = 1;

function attachmentOf(file: File): Attachment {
  return {
    id: nextId++,
    name: file.name,
    kind: kindOf(file) ?? 'text',
    state: 'preparing',
    share: 0,
    content: null,
    type: file.type,
    scaled: null,
    path: null,
  };
}

/** Takes files, and refuses what cannot go. Resolves when all are prepared. */
export async function takeIn(attachments: Attachments, files: readonly File[], tools: AttachTools): Promise<void> {
  const { items, refusals } = attachments;
  const refused: Refusal[] = [];
  const taken: { id: number; file: File }[] = [];
  for (const file of files) {
    const refusal = refusalOf(file);
    if (refusal) refused.push(refusal);
    else if (items.value.length >= maxAttachments) {
      if (!refused.some(({ why }) => why === 'count')) refused.push({ why: 'count' });
    } else {
      const item = attachmentOf(file);
      taken.push({ id: item.id, file });
      items.value = [...items.value, item];
    }
  }
  refusals.value = refused;
  const prepare = async ({ id, file }: { id: number; file: File }) => {
    const prepared = await tools
      .prepare(file)
      .catch((): Prepared => ({ why: kindOf(file) === 'image' ? 'image' : 'binary' }));
    if ('why' in prepared) {
      attachments.remove(id);
      refusals.value = [...refusals.value, { why: prepared.why, name: file.name }];
    } else attachments.change(id, { ...prepared, state: 'ready' });
  };
  await Promise.all(taken.map(prepare));
}

/**
 * Puts the files that are not up yet into the workspace, one after the other.
 *
 * @returns the paths of all
 * @throws ApiError where one did not go up; those before it stay up
 */
export async function uploadAll(attachments: Attachments, place: Place, tools: AttachTools): Promise<string[]> {
  const { items } = attachments;
  for (const { id } of items.value) {
    const item = items.value.find((one) => one.id === id);
    if (!item?.content || item.path !== null) continue;
    const taken = new Set(items.value.map(({ path }) => path));
    const isTaken = (name: string) => taken.has(FOLDER + name) || place.has(FOLDER + name);
    const path = FOLDER + safeName(item.name, item.type, isTaken);
    const { content } = item;
    const put = () => tools.upload(place.url(path), content, (share) => attachments.change(id, { share }));
    attachments.change(id, { state: 'uploading', share: 0 });
    try {
      await (place.own?.(put) ?? put());
    } catch (error) {
      attachments.change(id, { state: 'failed' });
      throw error;
    }
    attachments.change(id, { state: 'done', path });
  }
  return items.value.flatMap(({ path }) => (path === null ? [] : [path]));
}
