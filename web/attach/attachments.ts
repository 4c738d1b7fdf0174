import { signal } from '@preact/signals';
import type { Attachment, AttachmentStore, AttachmentTools, Refusal, UploadTarget } from './attachment.ts';

const loadPrepare = () => import('./prepare-files.ts');
const loadUpload = () => import('./upload-files.ts');

async function browserTools(): Promise<AttachmentTools> {
  const [{ prepareFile }, { uploadFile }] = await Promise.all([loadPrepare(), loadUpload()]);
  return { prepare: prepareFile, upload: uploadFile };
}

/** The files that go with one prompt. The code that prepares and uploads them is loaded with the first file. */
export class Attachments implements AttachmentStore {
  readonly items = signal<readonly Attachment[]>([]);
  /** The refusals of the last {@link add}. */
  readonly refusals = signal<readonly Refusal[]>([]);
  readonly #tools: () => Promise<AttachmentTools>;
  #adding: Promise<unknown> = Promise.resolve();

  constructor(tools: () => Promise<AttachmentTools> = browserTools) {
    this.#tools = tools;
  }

  /** Adds files that were pasted, dropped or picked, and records refusals. Resolves once all files are prepared. */
  async add(files: Iterable<File>): Promise<void> {
    const list = [...files];
    // Serialised, so that the refusals of the last call are the ones that stay.
    const adding = this.#adding.then(() => this.#addFiles(list));
    this.#adding = adding.catch(() => undefined);
    await adding;
  }

  remove(id: number): void {
    this.items.value = this.items.value.filter((item) => item.id !== id);
  }

  change(id: number, change: Partial<Attachment>): void {
    this.items.value = this.items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  /** Removes and returns all attachments, for a prompt that waits elsewhere. */
  take(): readonly Attachment[] {
    const items = this.items.value;
    this.items.value = [];
    this.refusals.value = [];
    return items;
  }

  /** Inserts attachments before the present ones; the reverse of {@link take}. */
  put(items: readonly Attachment[]): void {
    this.items.value = [...items, ...this.items.value];
  }

  /** Marks all attachments as not uploaded: the project that had them is gone. */
  forgetUploads(): void {
    for (const { id, path } of this.items.value) if (path !== null) this.change(id, { state: 'ready', path: null });
  }

  /**
   * Uploads the attachments that are not in the workspace yet, one after the other.
   *
   * @returns the paths of all attachments
   * @throws ApiError if an upload failed; the uploads before it stay
   */
  async upload(target: UploadTarget): Promise<string[]> {
    await this.#adding;
    const [{ uploadFiles }, tools] = await Promise.all([loadUpload(), this.#tools()]);
    return uploadFiles(this, target, tools);
  }

  async #addFiles(files: readonly File[]): Promise<void> {
    const [{ addFiles }, tools] = await Promise.all([loadPrepare(), this.#tools()]);
    await addFiles(this, files, tools);
  }
}
