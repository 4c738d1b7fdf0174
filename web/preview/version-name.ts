import type { VersionStep } from '../../src/protocol/events.ts';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { strings } from '../strings/strings.ts';

const words = strings.versions;

type Named = Pick<VersionEntry, 'version' | 'label' | 'kind' | 'path' | 'isNew' | 'of'>;

/** An undo of a return to an undo …: so many of them are named, one inside the other. */
const mostNested = 3;

function findVersion(versions: readonly Named[], version: number | null | undefined): Named | undefined {
  // Numbers have no gaps and begin at 1.
  return versions[(version ?? 0) - 1];
}

/**
 * What a version is called, in the page's language: a turn by its prompt, anything else by words of the page.
 *
 * @param versions all versions, oldest first
 */
export function versionName(entry: Named, versions: readonly Named[], nested = 0): string {
  const { kind, label, path, isNew, of } = entry;
  const change = Object.hasOwn(words.moves, kind) ? words.moves[kind as keyof typeof words.moves] : null;
  if (change) {
    const target = nested < mostNested ? findVersion(versions, of) : undefined;
    return target ? change(versionName(target, versions, nested + 1)) : words.kind(kind);
  }
  if (kind !== 'edit') return label || words.kind(kind);
  return path === undefined ? words.byHand : isNew ? words.added(path) : words.edited(path);
}

/** What undo would take back, or redo restore, in the page's language; empty where there is nothing. */
export function stepName(step: VersionStep | null | undefined, versions: readonly Named[]): string {
  if (!step) return '';
  const entry = findVersion(versions, step.version);
  return entry ? versionName(entry, versions) : step.version === null ? words.byHand : step.label;
}
