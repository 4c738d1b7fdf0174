import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Frame } from './film.ts';

const encoder = 'img2webp';

/** @throws Error with a sentence that says what to install, where there is no encoder */
export function assertEncoder(): void {
  if (spawnSync(encoder, ['-version']).status !== 0)
    throw new Error(`There is no ${encoder}, the encoder of libwebp: install it (Debian: webp).`);
}

/** Writes frames as an animated WebP that repeats for ever. */
export function encodeWebp(frames: readonly Frame[], file: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'redraw-picture-'));
  try {
    const args = frames.flatMap(({ png, ms }, index) => {
      const path = join(folder, `${index}.png`);
      writeFileSync(path, png);
      return ['-d', String(Math.round(ms)), path];
    });
    const run = spawnSync(encoder, ['-loop', '0', '-min_size', '-lossless', '-m', '6', ...args, '-o', file]);
    if (run.status !== 0) throw new Error(`${encoder} failed: ${run.stderr}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
