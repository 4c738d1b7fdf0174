import { signal } from '@preact/signals';
import type { AttachmentKind, Refusal } from './file-kinds.ts';

/** A file as it will go up, or why it cannot. */
export type Prepared =
  | { content: Blob; type: string; scaled: { width: number; height: number } | null }
  | { why: 'binary' | 'image' };

/** What is done to files. */
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

const loadIntake = () => import('./intake.ts');

/** The files that go with one prompt. What is done to them is loaded when the first ones come. */
export class Attachments {
  readonly items = signal<readonly Attachment[]>([]);
  /** What was refused the last time that files came. */
  readonly refusals = signal<readonly Refusal[]>([]);
  readonly #tools: () => Promise<AttachTools>;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(tools: () => Promise<AttachTools> = () => import('./scale-image.ts')) {
    this.#tools = tools;
  }

  /** Takes files as they were pasted, dropped or picked, and refuses what cannot go. Resolves when all are prepared. */
  async add(files: Iterable<File>): Promise<void> {
    const list = [...files];
    // One after the other: what is said of the last ones stays.
    const taking = this.#taking.then(() => this.#takeIn(list));
    this.#taking = taking.catch(() => undefined);
    await taking;
  }

  remove(id: number): void {
    this.items.value = this.items.value.filter((item) => item.id !== id);
  }

  change(id: number, change: Partial<Attachment>): void {
    this.items.value = this.items.value.map((item) => (item.id === id ? { ...item, ...change } : item));
  }

  /** Takes all out, so that they can wait elsewhere. */
  take(): readonly Attachment[] {
    const items = this.items.value;
    this.items.value = [];
    this.refusals.value = [];
    return items;
  }

  /** Puts back what was taken out. */
  put(items: readonly Attachment[]): void {
    this.items.value = [...items, ...this.items.value];
  }

  /** Takes it that none is up: the place where they were is gone. */
  forgetPlace(): void {
    for (const { id, path } of this.items.value) if (path !== null) this.change(id, { state: 'ready', path: null });
  }

  /**
   * Puts the files that are not up yet into the workspace, one after the other.
   *
   * @returns the paths of all
   * @throws ApiError where one did not go up; those before it stay up
   */
  async upload(place: Place): Promise<string[]> {
    await this.#taking;
    const [{ uploadAll }, tools] = await Promise.all([loadIntake(), this.#tools()]);
    return uploadAll(this, place, tools);
  }

  async #takeIn(files: readonly File[]): Promise<void> {
    const [{ takeIn }, tools] = await Promise.all([loadIntake(), this.#tools()]);
    await takeIn(this, files, tools);
  }
}
