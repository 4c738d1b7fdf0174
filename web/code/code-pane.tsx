import './code.css';
import { useComputed, useSignal } from '@preact/signals';
import { ArrowLeft } from 'lucide';
import { useEffect, useMemo } from 'preact/hooks';
import type { SourceSpot } from '../../src/protocol/requests.ts';
import type { FileEntry } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import type { ViewState } from '../preview/view-state.ts';
import { draftsOf, type LiveDraft } from '../project/live-drafts.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { CodeChanges, sinceLastTurn } from './code-changes.tsx';
import { CodeFile } from './code-file.tsx';
import { CodeSearch } from './code-search.tsx';
import { CodeTree, type TreeFile } from './code-tree.tsx';
import { FileStore } from './file-store.ts';
import { UnsavedEdits } from './unsaved-edits.ts';

const words = strings.code;
const noDrafts: ReadonlyMap<string, LiveDraft> = new Map();

/** Asks before the page is left with changes that are not saved. */
function useGuard(edits: UnsavedEdits): void {
  const has = edits.all.value.size > 0;
  useEffect(() => {
    if (!has) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, [has]);
}

/** The file that most of an app hangs on. */
function mainFile(list: readonly FileEntry[]): string | null {
  const named = (name: RegExp) => list.find(({ path }) => name.test(path))?.path;
  return named(/(^|\/)app\.[a-z]+$/i) ?? named(/^index\.html$/) ?? named(/(^|\/)(main|index)\.[a-z]+$/i) ?? null;
}

/** The files of the project: to be read, searched, compared and changed by hand. */
export function CodePane({ project, desk }: { project: Project; desk: ViewState }) {
  const { api } = useApp();
  const files = useMemo(() => new FileStore(api, project.id), [api, project]);
  const edits = useMemo(() => new UnsavedEdits(project.id), [project]);
  const picked = useSignal<string | null>(null);
  const spot = useSignal<SourceSpot | null>(null);
  const drafts = useComputed(() => draftsOf(project.view.value.turn));
  const version = desk.looking.value;
  const detail = project.detail.value;
  const state = `${project.view.value.preview.revision} ${detail?.version}`;
  const fetched = useFetched(() => files.list(version), `${version ?? state}`);
  const list = fetched.state === 'there' ? fetched.value : [];
  const shownChanges = useComputed(() => desk.comparison.value !== null).value;
  useGuard(edits);

  const asked = desk.spot.value;
  useEffect(() => {
    if (!asked) return;
    picked.value = asked.file;
    spot.value = asked;
    desk.spot.value = null;
  }, [asked, desk, picked, spot]);

  const live = version === null ? drafts.value : noDrafts;
  const known = useMemo(() => {
    const edited = edits.all.value;
    const names = new Set(list.map(({ path }) => path));
    const fresh = [...live.keys()].filter((path) => !names.has(path)).map((path) => ({ path, bytes: 0 }));
    return [...list, ...fresh].map(
      ({ path, bytes }): TreeFile => ({
        path,
        bytes,
        isWriting: live.get(path)?.isWriting ?? false,
        isEdited: edited.has(path),
      }),
    );
  }, [list, [...live].map(([name, { isWriting }]) => `${name} ${isWriting}`).join('\n'), edits.all.value]);

  // Where nobody has chosen, the file is shown that Claude writes; else, beside the tree, one to begin with.
  const chosen = picked.value ?? [...live.keys()].at(-1) ?? null;
  const path = chosen ?? mainFile(list);
  const entry = list.find((one) => one.path === path) ?? null;
  const isThere = path !== null && (entry !== null || live.has(path));
  const open = (next: string, at: SourceSpot | null) => {
    picked.value = next;
    spot.value = at;
  };
  const last = sinceLastTurn(detail?.versions ?? []);

  return (
    <section class={isThere && chosen !== null ? 'panel code has-file' : 'panel code'} aria-label={strings.sheet.code}>
      <fieldset class="code-modes" aria-label={words.modes}>
        <button
          type="button"
          class="text-button"
          aria-pressed={!shownChanges}
          onClick={() => {
            desk.comparison.value = null;
          }}
        >
          {words.files}
        </button>
        <button
          type="button"
          class="text-button"
          aria-pressed={shownChanges}
          disabled={last === null}
          onClick={() => {
            desk.comparison.value = last;
          }}
        >
          {words.changes}
        </button>
      </fieldset>
      {shownChanges ? (
        <CodeChanges desk={desk} files={files} versions={detail?.versions ?? []} state={state} />
      ) : (
        <div class="code-columns">
          <div class="code-side">
            {fetched.state === 'loading' && <p role="status">{words.loading}</p>}
            {fetched.state === 'failed' && <ErrorNotice error={fetched.error} />}
            {fetched.state === 'there' && known.length === 0 && <p>{words.empty}</p>}
            {known.length > 0 && (
              <CodeSearch
                files={files}
                list={list}
                version={version}
                onOpen={(place) => open(place.path, { file: place.path, line: place.line, column: place.column + 1 })}
              >
                <CodeTree files={known} chosen={path} onChoose={(next) => open(next, null)} />
              </CodeSearch>
            )}
          </div>
          <div class="code-main">
            <div class="code-back">
              <IconButton
                node={ArrowLeft}
                name={words.allFiles}
                onClick={() => {
                  picked.value = '';
                }}
              />
            </div>
            {isThere && path !== null ? (
              <CodeFile
                key={path}
                project={project}
                files={files}
                edits={edits}
                path={path}
                entry={entry}
                version={version}
                draft={live.get(path) ?? null}
                spot={spot.value}
              />
            ) : (
              <p class="code-note">{words.pick}</p>
            )}
          </div>
        </div>
      )}
    </section>
  );
}
