import type { Signal } from '@preact/signals';

export type AttachmentKind = 'image' | 'text';

/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

export interface Attachment {
  readonly id: number;
  readonly name: string;
  readonly kind: AttachmentKind;
  readonly state: 'preparing' | 'ready' | 'uploading' | 'done' | 'failed';
  /** Uploaded share, as a fraction. */
  readonly share: number;
  /** The bytes to upload; null while the file is being prepared. */
  readonly content: Blob | null;
  readonly type: string;
  /** Size after scaling down; null if the file was not scaled. */
  readonly scaled: ImageSize | null;
  /** Path in the workspace; null until the file is uploaded. */
  readonly path: string | null;
}

/** Why a file cannot go with a prompt. */
export type Refusal =
  | { why: 'type' | 'binary' | 'image' | 'empty'; name: string }
  | { why: 'size'; name: string; bytes: number }
  | { why: 'count' };

/** A file ready to upload, or the reason why it cannot be attached. */
export type PreparedFile = { content: Blob; type: string; scaled: ImageSize | null } | { why: 'binary' | 'image' };

/** The steps that need a browser; a test passes its own. */
export interface AttachmentTools {
  prepare(file: File): Promise<PreparedFile>;
  /**
   * @returns the version that the upload made
   * @throws ApiError
   */
  upload(url: string, content: Blob, onShare: (share: number) => void): Promise<number>;
}

/** The workspace that files are uploaded to. */
export interface UploadTarget {
  url(path: string): string;
  /** Whether the workspace has a file at this path. */
  has(path: string): boolean;
  /** Runs a call that makes a version, and records that this page made it. */
  asOwn?(call: () => Promise<number>): Promise<unknown>;
}

/** The attachments of one prompt, as preparing and uploading change them. */
export interface AttachmentStore {
  readonly items: Signal<readonly Attachment[]>;
  readonly refusals: Signal<readonly Refusal[]>;
  change(id: number, change: Partial<Attachment>): void;
  remove(id: number): void;
}
