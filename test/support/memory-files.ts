import { createHash } from 'node:crypto';
import type { ProjectFiles, Sandbox } from '../../src/sandbox/sandbox-interface.ts';

/** A project in memory. */
export class MemoryFiles implements ProjectFiles {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>();

  set(path: string, content: string | Uint8Array<ArrayBuffer>): void {
    this.files.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }

  list() {
    return [...this.files].map(([path, bytes]) => ({
      path,
      bytes: bytes.byteLength,
      hash: createHash('sha256').update(bytes).digest('hex'),
    }));
  }

  read(path: string): Uint8Array<ArrayBuffer> | null {
    return this.files.get(path) ?? null;
  }

  readPieces({ path }: { path: string }, start: number, end: number) {
    const bytes = this.files.get(path) ?? new Uint8Array();
    function* pieces() {
      for (let at = start; at < end; at += 1000) yield bytes.subarray(at, Math.min(at + 1000, end));
    }
    return { pieces: pieces(), release: () => undefined };
  }

  /** Takes over collected changes, as a session does. */
  async collect(sandbox: Sandbox) {
    const collected = await sandbox.files.collect(this);
    for (const { path, bytes } of collected.written) {
      this.files.set(path, bytes);
      sandbox.files.markAccepted(path);
    }
    for (const path of collected.deleted) {
      this.files.delete(path);
      sandbox.files.markAccepted(path);
    }
    return collected;
  }
}
