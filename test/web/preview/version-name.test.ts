import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { VersionEntry } from '../../../src/protocol/resources.ts';
import { stepName, versionName } from '../../../web/preview/version-name.ts';
import { type Language, languages } from '../../../web/strings/formats/formats.ts';
import { loadLateWords, setLanguage, strings } from '../../../web/strings/strings.ts';
import { bytes, makeWorkspace } from '../../workspace/make-workspace.ts';

beforeEach(async () => {
  vi.stubGlobal('document', { documentElement: {} });
  await loadLateWords();
  await setLanguage('en');
});

/** A project with a version of each kind, and what is said of it in English. */
function everyKind(): { versions: VersionEntry[]; undo: () => string } {
  const { workspace } = makeWorkspace();
  const save = (path: string, content: string, kind: 'turn' | 'edit', label: string) => {
    workspace.write(path, bytes(content));
    workspace.commit({ label, kind, now: 1 });
  };
  save('x', 'A', 'turn', 'Undo: the prompt of a visitor');
  save('x', 'B', 'edit', 'Edit x');
  save('y', 'C', 'edit', 'Add y');
  workspace.write('x', bytes('uncommitted'));
  workspace.undo(1);
  workspace.redo(1);
  workspace.revert(2, 1);
  workspace.undo(1);
  workspace.revert(7, 1);
  workspace.revert(1, 1);
  workspace.revert(9, 1);
  return {
    versions: workspace.history(),
    undo: () => stepName(workspace.undoStep(), workspace.history()),
  };
}

const names = (versions: VersionEntry[]) => versions.map((entry) => versionName(entry, versions));

describe('a version is called', () => {
  it('in English as the server calls it', () => {
    const { versions } = everyKind();
    expect(versions.map(({ kind }) => kind)).toEqual([
      ...['turn', 'edit', 'edit', 'edit', 'undo', 'redo'],
      ...['revert', 'undo', 'revert', 'revert', 'revert'],
    ]);
    expect(names(versions)).toEqual(versions.map(({ label }) => label));
  });

  it('in German in German', async () => {
    await setLanguage('de');
    expect(names(everyKind().versions)).toEqual([
      'Undo: the prompt of a visitor',
      'x geändert',
      'y hinzugefügt',
      'Von Hand geändert',
      'Rückgängig gemacht: Von Hand geändert',
      'Wiederhergestellt: Von Hand geändert',
      'Zurück zu: x geändert',
      'Rückgängig gemacht: Zurück zu: x geändert',
      'Zurück zu: Zurück zu: x geändert',
      'Zurück zu: Undo: the prompt of a visitor',
      'Zurück zu: Zurück zu: Zurück zu: x geändert',
    ]);
  });

  it('in French in French', async () => {
    await setLanguage('fr');
    expect(names(everyKind().versions).slice(1, 8)).toEqual([
      'x modifié',
      'y ajouté',
      'Modifications à la main',
      'Annulé : Modifications à la main',
      'Rétabli : Modifications à la main',
      'Retour à : x modifié',
      'Annulé : Retour à : x modifié',
    ]);
  });

  it.each<Language>(['de', 'fr'])('in %s with no English word of ours', async (language) => {
    const { versions } = everyKind();
    await setLanguage(language);
    const ours = versions.filter(({ kind }) => kind !== 'turn');
    for (const entry of ours)
      expect(versionName(entry, versions)).not.toMatch(/\b(Edit|Add|by hand|Undo|Redo|Back to)\b(?!: the prompt)/);
    // The undo button names its step, the change of a file that is in no version included.
    expect(stepName({ version: null, label: 'Changes by hand' }, versions)).toBe(strings.versions.byHand);
    expect(stepName({ version: 2, label: 'Edit x' }, versions)).toBe(
      versionName(versions[1] as VersionEntry, versions),
    );
    expect(stepName(null, versions)).toBe('');
  });

  it.each(languages)('by its kind in %s, where what it belongs to is not known', async (language) => {
    await setLanguage(language);
    const kinds = ['undo', 'redo', 'revert'] as const;
    const told = kinds.map((kind) => versionName({ version: 9, label: 'Undo: x', kind }, []));
    expect(told).toEqual(kinds.map((kind) => strings.versions.kind(kind)));
    expect(new Set(told).size).toBe(3);
  });
});

it('a chain of moves has a name of bounded length', async () => {
  const versions: VersionEntry[] = [];
  const entry = { parent: null, label: '', stopped: false, createdAt: 1, changed: [] };
  versions.push({ ...entry, version: 1, kind: 'turn', label: 'A timer' });
  for (let version = 2; version < 200; version++) versions.push({ ...entry, version, kind: 'revert', of: version - 1 });
  expect(versionName(versions.at(-1) as VersionEntry, versions)).toBe('Back to: Back to: Back to: Went back');
});
