import { type ReadonlySignal, signal } from '@preact/signals';
import { type AttachmentKind, kindOf, maxAttachments, type Refusal, refusalOf, safeName } from '../attach/kinds.ts';

/** Where attachments go in the workspace. */
const FOLDER = 'uploads/';

/** A file as it will go up, or why it cannot. */
export type Prepared =
  | { content: Blob; type: string; scaled: { width: number; height: number } | null }
  | { why: 'binary' | 'image' };

/** What is done to files; loaded when the first one comes. */
export interface AttachTools {
  prepare(file: File): Promise<Prepared>;
  /** @returns the version that it made @throws ApiError */
  upload(url: string, content: Blob, onShare: (share: number) => void): Promise<number>;
}

export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly kind: AttachmentKind;
  readonly state: 'preparing' | 'ready' | 'uploading' | 'done' | 'failed';
  /** How much of it is up, as a fraction. */
  readonly share: number;
  /** What goes up; null while it is being prepared. */
  readonly content: Blob | null;
  readonly type: string;
  /** Pixels that it was scaled down to, where it was. */
  readonly scaled: { readonly width: number; readonly height: number } | null;
  /** Where it is in the workspace, once it is up. */
  readonly path: string | null;
}

/** Where files go up to. */
export interface Place {
  url(path: string): string;
  /** Whether the workspace has a file of this path. */
  has(path: string): boolean;
  /** Runs something that makes a version, and notes that it was this page that made it. */
  own?(move: () => Promise<number>): Promise<unknown>;
}

let nextId = 1;

/** The files that go with one prompt. */
export class Attachments {
  readonly #items = signal<readonly Attachment[]>([]);
  readonly #refusals = signal<readonly Refusal[]>([]);
  readonly items: ReadonlySignal<readonly Attachment[]> = this.#items;
  /** What was refused the last time that files came. */
  readonly refusals: ReadonlySignal<readonly Refusal[]> = this.#refusals;
  readonly #tools: () => Promise<AttachTools>;
  #preparing: Promise<unknown> = Promise.resolve();

  constructor(tools: () => Promise<AttachTools> = () => import('../attach/tools.ts')) {
    this.#tools = tools;
  }

  /** Takes files as they were pasted, dropped or picked, and refuses what cannot go. Resolves when all are prepared. */
  async add(files: Iterable<File>): Promise<void> {
    const refused: Refusal[] = [];
    const taken: { id: number; file: File }[] = [];
    for (const file of files) {
      const refusal = refusalOf(file);
      if (refusal) refused.push(refusal);
      else if (this.#items.value.length >= maxAttachments) {
        if (!refused.some(({ why }) => why === 'count')) refused.push({ why: 'count' });
      } else {
        const id = nextId++;
        taken.push({ id, file });
        this.#items.value = [...this.#items.value, attachmentOf(id, file)];
      }
    }
    this.#refusals.value = refused;
    const prepared = Promise.all(taken.map(({ id, file }) => this.#prepare(id, file)));
    this.#preparing = Promise.all([this.#preparing, prepared]);
    await prepared;
  }

  remove(id: number): void {
    this.#items.value = this.#items.value.filter((item) => item.id !== id);
  }

  /** Takes all out, so that they can wait elsewhere. */
  take(): readonly Attachment[] {
    const items = this.#items.value;
    this.#items.value = [];
    this.#refusals.value = [];
    return items;
  }

  /** Puts back what was taken out. */
  put(items: readonly Attachment[]): void {
    this.#items.value = [...items, ...this.#items.value];
  }

  /** Takes it that none is up: the place where they were is gone. */
  forgetPlace(): void {
    for (const { id, path } of this.#items.value) if (path !== null) this.#change(id, { state: 'ready', path: null });
  }

  /**
   * Puts the files that are not up yet into the workspace, one after the other.
   *
   * @returns the paths of all
   * @throws ApiError where one did not go up; those before it stay up
   */
  async upload(place: Place): Promise<string[]> {
    await this.#preparing;
    const tools = await this.#tools();
    for (const { id } of this.#items.value) {
      const item = this.#items.value.find((one) => one.id === id);
      if (!item?.content || item.path !== null) continue;
      const taken = new Set(this.#items.value.map(({ path }) => path));
      const isTaken = (name: string) => taken.has(FOLDER + name) || place.has(FOLDER + name);
      const path = FOLDER + safeName(item.name, item.type, isTaken);
      this.#change(id, { state: 'uploading', share: 0 });
      try {
        const { content } = item;
        const put = () => tools.upload(place.url(path), content, (share) => this.#change(id, { share }));
        await (place.own?.(put) ?? put());
      } catch (error) {
        this.#change(id, { state: 'failed' });
        throw error;
      }
      this.#change(id, { state: 'done', path });
    }
    return this.#items.value.flatMap(({ path }) => (path === null ? [] : [path]));
  }

  async #prepare(id: number, file: File): Promise<void> {
    let prepared: Prepared;
    try {
      prepared = await (await this.#tools()).prepare(file);
    } catch {
      prepared = { why: kindOf(file) === 'image' ? 'image' : 'binary' };
    }
    if ('why' in prepared) {
      this.remove(id);
      this.#refusals.value = [...this.#refusals.value, { why: prepared.why, name: file.name }];
    } else this.#change(id, { ...prepared, state: 'ready' });
  }

  #change(id: number, change: Partial<Attachment>): void {
    this.#items.value = this.#items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
  }
}

function attachmentOf(id: number, file: File): Attachment {
  return {
    id,
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
