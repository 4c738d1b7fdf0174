import { limits } from '../../src/protocol/limits.ts';
import type { AttachmentKind, Refusal } from './attachment.ts';

/** Media types of the images that the browser can scale, by file extension. */
const images: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
};

const texts = new Set(
  'svg txt md markdown csv tsv json jsonc html htm css scss less js mjs cjs jsx ts mts tsx xml yml yaml toml ini sql log vtt srt ics sh py rb go rs java kt swift c h cpp cs php vue svelte astro graphql gql'.split(
    ' ',
  ),
);

/** The `accept` attribute of the file dialog. */
export const accepted = [...Object.keys(images), ...texts].map((end) => `.${end}`).join(',');

/** Image formats as a refusal names them. */
export const imageNames = ['PNG', 'JPEG', 'GIF', 'WebP', 'SVG'] as const;

/** Files per prompt. */
export const maxAttachments = 20;

const endOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';

/** The kind of a file by its extension; by its media type if it has no extension, like a picture from the clipboard. */
export function kindOf({ name, type }: { name: string; type: string }): AttachmentKind | null {
  const end = endOf(name);
  if (end in images) return 'image';
  if (texts.has(end)) return 'text';
  if (end !== '') return null;
  if (Object.values(images).includes(type)) return 'image';
  return type.startsWith('text/') ? 'text' : null;
}

/** The media type of an image by its extension, or else the browser's. */
export const imageTypeOf = ({ name, type }: { name: string; type: string }): string => images[endOf(name)] ?? type;

/** Why a file cannot be attached, as far as name, type and size tell; null if it can. */
export function refusalOf(file: { name: string; type: string; size: number }): Refusal | null {
  const { name, size } = file;
  if (kindOf(file) === null) return { why: 'type', name };
  if (size === 0) return { why: 'empty', name };
  return size > limits.fileBytes ? { why: 'size', name, bytes: size } : null;
}

/** Characters of a file's name, without its extension. */
const nameChars = 80;

/**
 * A free name for a file in the workspace: letters, digits, dots, dashes and underscores.
 *
 * @param type media type of the content; the extension follows it where the two differ
 */
export function safeName(name: string, type: string, isTaken: (name: string) => boolean): string {
  const plain = name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
  const given = endOf(plain);
  const stem = (given === '' ? plain : plain.slice(0, -given.length - 1))
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, nameChars)
    .replace(/[-.]+$/, '');
  const fits = images[given] === undefined ? !type.startsWith('image/') || given === 'svg' : images[given] === type;
  const byType = Object.keys(images).find((end) => images[end] === type);
  const end = (fits && given) || byType || given || 'txt';
  for (let number = 1; ; number++) {
    const candidate = `${stem || 'file'}${number === 1 ? '' : `-${number}`}.${end}`;
    if (!isTaken(candidate)) return candidate;
  }
}
