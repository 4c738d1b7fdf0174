import { readProblem, toApiError } from '../api/api-error.ts';
import type { AttachmentStore, AttachmentTools, UploadTarget } from './attachment.ts';
import { safeName } from './file-kinds.ts';

/** Folder of uploaded files in the workspace. */
const FOLDER = 'uploads/';

/**
 * Uploads the attachments that are not in the workspace yet, one after the other.
 *
 * @returns the paths of all attachments
 * @throws ApiError if an upload failed; the uploads before it stay
 */
export async function uploadFiles(
  attachments: AttachmentStore,
  target: UploadTarget,
  tools: AttachmentTools,
): Promise<string[]> {
  const { items } = attachments;
  for (const { id } of items.value) {
    const item = items.value.find((each) => each.id === id);
    if (!item?.content || item.path !== null) continue;
    const taken = new Set(items.value.map(({ path }) => path));
    const isTaken = (name: string) => taken.has(FOLDER + name) || target.has(FOLDER + name);
    const path = FOLDER + safeName(item.name, item.type, isTaken);
    const { content } = item;
    const put = () => tools.upload(target.url(path), content, (share) => attachments.change(id, { share }));
    attachments.change(id, { state: 'uploading', share: 0 });
    try {
      await (target.asOwn?.(put) ?? put());
    } catch (error) {
      attachments.change(id, { state: 'failed' });
      throw error;
    }
    attachments.change(id, { state: 'done', path });
  }
  return items.value.flatMap(({ path }) => (path === null ? [] : [path]));
}

/**
 * Puts one file into the workspace. By `XMLHttpRequest`, because `fetch` does not report upload progress.
 *
 * @param onShare called with the uploaded share, as a fraction
 * @returns the version that the upload made
 * @throws ApiError
 */
export function uploadFile(url: string, content: Blob, onShare: (share: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', url);
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = ({ loaded, total }) => onShare(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(Number(JSON.parse(request.responseText).version));
      else readProblem(new Response(request.responseText, { status: request.status })).then(reject, reject);
    };
    request.onerror = () => reject(toApiError(null));
    request.onabort = request.onerror;
    request.send(content);
  });
}
