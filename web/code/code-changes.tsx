import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { versionLabel } from '../preview/version-look.tsx';
import type { Comparison, ViewState } from '../preview/view-state.ts';
import { strings } from '../strings/strings.ts';
import { useFetched } from '../ui/use-fetched.ts';
import { useTight } from '../ui/use-narrow.ts';
import { createDiffView } from './code-mirror.ts';
import { differences, type FileDifference, type FileStore } from './file-store.ts';
import { countLines, type LineCount } from './line-count.ts';

const words = strings.code;

/** From before the last turn to now; null before the first version. */
export function sinceLastTurn(versions: readonly VersionEntry[]): Comparison | null {
  const last = versions.findLast(({ kind }) => kind === 'turn') ?? versions.at(-1);
  return last ? { from: last.parent ?? 0, to: null } : null;
}

interface TextDifference extends FileDifference {
  /** Null where one of the two is no text. */
  texts: { before: string; after: string } | null;
  lines: LineCount | null;
}

async function compare(files: FileStore, { from, to }: Comparison): Promise<TextDifference[]> {
  const [before, after] = await Promise.all([from === 0 ? [] : files.list(from), files.list(to)]);
  return Promise.all(
    differences(before, after).map(async (one): Promise<TextDifference> => {
      const [old, now] = await Promise.all([
        one.before ? files.text(one.before, from) : '',
        one.after ? files.text(one.after, to) : '',
      ]);
      if (old === null || now === null) return { ...one, texts: null, lines: null };
      return { ...one, texts: { before: old, after: now }, lines: countLines(old, now) };
    }),
  );
}

function DiffView({
  one,
  isSideBySide,
  from,
  to,
}: {
  one: TextDifference;
  isSideBySide: boolean;
  from: string;
  to: string;
}) {
  const host = useRef<HTMLDivElement>(null);
  const { path, texts } = one;
  const before = texts?.before;
  const after = texts?.after;
  useEffect(() => {
    if (!host.current || before === undefined || after === undefined) return;
    const label = words.difference(path);
    const labels = { before: `${label}, ${from}`, after: `${label}, ${to}` };
    return createDiffView(host.current, { path, before, after, labels, isSideBySide });
  }, [path, before, after, isSideBySide, from, to]);
  if (!texts) return <p>{words.binary}</p>;
  return <div class="code-host" ref={host} />;
}

interface Props {
  desk: ViewState;
  files: FileStore;
  versions: readonly VersionEntry[];
  /** Changes when the files do. */
  state: string;
}

/** What differs between two versions, file by file. */
export function CodeChanges({ desk, files, versions, state }: Props) {
  const isTight = useTight();
  const wantsInline = useSignal(false);
  const chosen = useSignal<string | null>(null);
  const last = sinceLastTurn(versions);
  const comparison = desk.comparison.value ?? last;
  const key = comparison ? `${comparison.from} ${comparison.to ?? state}` : '';
  const fetched = useFetched(() => (comparison ? compare(files, comparison) : Promise.resolve([])), key);
  if (!comparison) return <p class="code-note">{words.noChanges}</p>;

  const name = (version: number | null) => {
    if (version === null) return words.now;
    const entry = versions.find((one) => one.version === version);
    return entry ? words.version(version, versionLabel(entry)) : words.before;
  };
  const choose = (next: Comparison) => {
    desk.comparison.value = next;
  };
  const isSideBySide = !isTight && !wantsInline.value;
  const found = fetched.state === 'there' ? fetched.value : [];
  const shown = found.find(({ path }) => path === chosen.value) ?? found[0];
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
                {name(version)}
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
                {name(version)}
              </option>
            ))}
            <option value="">{words.now}</option>
          </select>
        </label>
        {last && (
          <button
            type="button"
            class="text-button"
            aria-pressed={comparison.from === last.from && comparison.to === last.to}
            onClick={() => choose(last)}
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
        {fetched.state === 'there' && found.length === 0 && words.equal}
      </p>
      {fetched.state === 'failed' && <ErrorNotice error={fetched.error} />}
      {shown && (
        <div class="changes-body">
          <ul class="changes-files" aria-label={words.filesChanged}>
            {found.map(({ path, kind, lines }) => (
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
            one={shown}
            isSideBySide={isSideBySide}
            from={name(comparison.from)}
            to={name(comparison.to)}
          />
        </div>
      )}
    </div>
  );
}
