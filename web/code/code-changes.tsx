import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { versionName } from '../preview/version-name.ts';
import type { Comparison, ViewState } from '../preview/view-state.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useTight } from '../ui/use-narrow.ts';
import { createDiffView } from './code-mirror.ts';
import { differences, type FileDifference, type FileStore } from './file-store.ts';
import { countLines, type LineCount } from './line-count.ts';

const words = strings.code;

/** Comparison of the files before the last turn with the current ones; null before the first version, and where those are not kept any more. */
export function sinceLastTurn(versions: readonly VersionEntry[]): Comparison | null {
  const last = versions.findLast(({ kind }) => kind === 'turn') ?? versions.at(-1);
  if (!last || versions.some(({ version, gone }) => gone && version === last.parent)) return null;
  return { from: last.parent ?? 0, to: null };
}

interface TextDifference extends FileDifference {
  /** Null if one of the two is not text. */
  texts: { before: string; after: string } | null;
  lines: LineCount | null;
}

async function compareVersions(files: FileStore, { from, to }: Comparison): Promise<TextDifference[]> {
  const [before, after] = await Promise.all([from === 0 ? [] : files.list(from), files.list(to)]);
  return Promise.all(
    differences(before, after).map(async (difference): Promise<TextDifference> => {
      const [oldText, newText] = await Promise.all([
        difference.before ? files.text(difference.before, from) : '',
        difference.after ? files.text(difference.after, to) : '',
      ]);
      if (oldText === null || newText === null) return { ...difference, texts: null, lines: null };
      return { ...difference, texts: { before: oldText, after: newText }, lines: countLines(oldText, newText) };
    }),
  );
}

interface DiffViewProps {
  difference: TextDifference;
  isSideBySide: boolean;
  /** Names of the two versions. */
  from: string;
  to: string;
}

function DiffView({ difference, isSideBySide, from, to }: DiffViewProps) {
  const editorParent = useRef<HTMLDivElement>(null);
  const { path, texts } = difference;
  const before = texts?.before;
  const after = texts?.after;
  useEffect(() => {
    if (!editorParent.current || before === undefined || after === undefined) return;
    const label = words.difference(path);
    const labels = { before: `${label}, ${from}`, after: `${label}, ${to}` };
    return createDiffView(editorParent.current, { path, before, after, labels, isSideBySide });
  }, [path, before, after, isSideBySide, from, to]);
  if (!texts) return <p>{words.binary}</p>;
  return <div class="code-host" ref={editorParent} />;
}

interface Props {
  viewState: ViewState;
  files: FileStore;
  versions: readonly VersionEntry[];
  /** Cache key of the current files: changes when they do. */
  filesKey: string;
}

/** Differences between two versions, file by file. */
export function CodeChanges({ viewState, files, versions, filesKey }: Props) {
  const isTight = useTight();
  const wantsInline = useSignal(false);
  const chosen = useSignal<string | null>(null);
  const lastTurn = sinceLastTurn(versions);
  const comparison = viewState.comparison.value ?? lastTurn;
  const key = comparison ? `${comparison.from} ${comparison.to ?? filesKey}` : '';
  const fetched = useFetched(() => (comparison ? compareVersions(files, comparison) : Promise.resolve([])), key);
  if (!comparison) return <p class="code-note">{words.noChanges}</p>;

  const nameOf = (version: number | null) => {
    if (version === null) return words.now;
    const entry = versions.find((candidate) => candidate.version === version);
    return entry ? words.version(version, versionName(entry, versions)) : words.before;
  };
  const choose = (next: Comparison) => {
    viewState.comparison.value = next;
  };
  const isSideBySide = !isTight && !wantsInline.value;
  const differing = fetched.state === 'there' ? fetched.value : [];
  const shown = differing.find(({ path }) => path === chosen.value) ?? differing[0];
  return (
    <div class="changes">
      <div class="changes-head">
        <label>
          {words.from}{' '}
          <select
            value={String(comparison.from)}
            onChange={({ currentTarget }) => choose({ ...comparison, from: Number(currentTarget.value) })}
          >
            <option value="0">{words.before}</option>
            {versions.map(({ version }) => (
              <option key={version} value={String(version)}>
                {nameOf(version)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {words.to}{' '}
          <select
            value={comparison.to === null ? '' : String(comparison.to)}
            onChange={({ currentTarget: { value } }) =>
              choose({ ...comparison, to: value === '' ? null : Number(value) })
            }
          >
            {versions.map(({ version }) => (
              <option key={version} value={String(version)}>
                {nameOf(version)}
              </option>
            ))}
            <option value="">{words.now}</option>
          </select>
        </label>
        {lastTurn && (
          <button
            type="button"
            class="text-button"
            aria-pressed={comparison.from === lastTurn.from && comparison.to === lastTurn.to}
            onClick={() => choose(lastTurn)}
          >
            {words.lastTurn}
          </button>
        )}
        {!isTight && (
          <fieldset class="changes-layout" aria-label={words.layout}>
            {[false, true].map((isInline) => (
              <button
                key={String(isInline)}
                type="button"
                class="text-button"
                aria-pressed={wantsInline.value === isInline}
                onClick={() => {
                  wantsInline.value = isInline;
                }}
              >
                {isInline ? words.inline : words.sideBySide}
              </button>
            ))}
          </fieldset>
        )}
      </div>
      <p role="status" class="quiet">
        {fetched.state === 'loading' && words.loading}
        {fetched.state === 'there' && differing.length === 0 && words.equal}
      </p>
      {fetched.state === 'failed' && <ErrorNotice error={fetched.error} />}
      {shown && (
        <div class="changes-body">
          <ul class="changes-files" aria-label={words.filesChanged}>
            {differing.map(({ path, kind, lines }) => (
              <li key={path}>
                <button
                  type="button"
                  class="tree-file"
                  aria-current={path === shown.path ? 'true' : undefined}
                  onClick={() => {
                    chosen.value = path;
                  }}
                >
                  <span class="tree-name">{path}</span>{' '}
                  {kind !== 'changed' && <span class="quiet">{words.kinds[kind]}</span>}{' '}
                  {lines && (
                    <span role="img" aria-label={strings.versions.lines(lines.added, lines.removed)}>
                      <span class="is-added">+{lines.added}</span> <span class="is-removed">−{lines.removed}</span>
                    </span>
                  )}
                </button>
              </li>
            ))}
          </ul>
          <DiffView
            key={`${shown.path} ${isSideBySide}`}
            difference={shown}
            isSideBySide={isSideBySide}
            from={nameOf(comparison.from)}
            to={nameOf(comparison.to)}
          />
        </div>
      )}
    </div>
  );
}
