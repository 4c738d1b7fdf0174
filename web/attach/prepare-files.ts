import type { Attachment, AttachmentStore, AttachmentTools, PreparedFile, Refusal } from './attachment.ts';
import { kindOf, maxAttachments, refusalOf } from './file-kinds.ts';
import { scaleImage } from './scale-image.ts';

/** Bytes at the start of a file that decide whether it is text. */
const sniffedBytes = 64 * 1024;

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

/** Adds files to the attachments, and records refusals. Resolves once all files are prepared. */
export async function addFiles(
  attachments: AttachmentStore,
  files: readonly File[],
  tools: AttachmentTools,
): Promise<void> {
  const { items, refusals } = attachments;
  const refused: Refusal[] = [];
  const added: { id: number; file: File }[] = [];
  for (const file of files) {
    const refusal = refusalOf(file);
    if (refusal) refused.push(refusal);
    else if (items.value.length >= maxAttachments) {
      if (!refused.some(({ why }) => why === 'count')) refused.push({ why: 'count' });
    } else {
      const item = attachmentOf(file);
      added.push({ id: item.id, file });
      items.value = [...items.value, item];
    }
  }
  refusals.value = refused;
  const prepare = async ({ id, file }: { id: number; file: File }) => {
    const prepared = await tools
      .prepare(file)
      .catch((): PreparedFile => ({ why: kindOf(file) === 'image' ? 'image' : 'binary' }));
    if ('why' in prepared) {
      attachments.remove(id);
      refusals.value = [...refusals.value, { why: prepared.why, name: file.name }];
    } else attachments.change(id, { ...prepared, state: 'ready' });
  };
  await Promise.all(added.map(prepare));
}

/** Checks a file's content, and scales an image down to the size that Claude accepts. */
export async function prepareFile(file: File): Promise<PreparedFile> {
  if (kindOf(file) === 'image') return scaleImage(file);
  return (await isText(file)) ? { content: file, type: 'text/plain', scaled: null } : { why: 'binary' };
}

async function isText(file: File): Promise<boolean> {
  const head = new Uint8Array(await file.slice(0, sniffedBytes).arrayBuffer());
  if (head.includes(0)) return false;
  try {
    // `stream`: the slice may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}
