import { limits } from '../../src/protocol/limits.ts';

/** Formats of images by the ends of their names; those that the browser scales, with their types. */
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

/** What the dialog of the browser offers. */
export const accepted = [...Object.keys(images), ...texts].map((end) => `.${end}`).join(',');

/** What is named where a file is refused. */
export const imageNames = ['PNG', 'JPEG', 'GIF', 'WebP', 'SVG'] as const;

export type AttachmentKind = 'image' | 'text';

/** Why a file cannot go with a prompt. */
export type Refusal =
  | { why: 'type' | 'binary' | 'image' | 'empty'; name: string }
  | { why: 'size'; name: string; bytes: number }
  | { why: 'count' };

/** Files that go with one prompt, at the most. */
export const maxAttachments = 20;

const endOf = (name: string): string => /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? '';

/** What a file is by its name, or where it has none that says so (a picture from the clipboard) by its type. */
export function kindOf({ name, type }: { name: string; type: string }): AttachmentKind | null {
  const end = endOf(name);
  if (end in images) return 'image';
  if (texts.has(end)) return 'text';
  if (end !== '') return null;
  if (Object.values(images).includes(type)) return 'image';
  return type.startsWith('text/') ? 'text' : null;
}

/** The type of an image by its name, or else what the browser says. */
export const imageTypeOf = ({ name, type }: { name: string; type: string }): string => images[endOf(name)] ?? type;

/** Whether a file may go with a prompt, before it has been looked into. */
export function refusalOf(file: { name: string; type: string; size: number }): Refusal | null {
  const { name, size } = file;
  if (kindOf(file) === null) return { why: 'type', name };
  if (size === 0) return { why: 'empty', name };
  return size > limits.fileBytes ? { why: 'size', name, bytes: size } : null;
}

/** Characters of a file's name. */
const nameChars = 80;

/**
 * The name of a file in the workspace: letters, digits, dots and dashes, and none that is taken.
 *
 * @param type where the content has another type than the name says, the end of the name follows it
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
