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

/** Makes the browser ask before the page is left with unsaved edits. */
function useUnsavedEditsWarning(edits: UnsavedEdits): void {
  const hasEdits = edits.all.value.size > 0;
  useEffect(() => {
    if (!hasEdits) return;
    const onBeforeUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', onBeforeUnload);
    return () => removeEventListener('beforeunload', onBeforeUnload);
  }, [hasEdits]);
}

/** Path of the file to open first: the app's root component, page or entry module. Null if there is none. */
function mainFile(entries: readonly FileEntry[]): string | null {
  const matching = (name: RegExp) => entries.find(({ path }) => name.test(path))?.path;
  return (
    matching(/(^|\/)app\.[a-z]+$/i) ?? matching(/^index\.html$/) ?? matching(/(^|\/)(main|index)\.[a-z]+$/i) ?? null
  );
}

/** The project's files, to read, search, compare and edit. */
export function CodePane({ project, viewState }: { project: Project; viewState: ViewState }) {
  const { api } = useApp();
  const files = useMemo(() => new FileStore(api, project.id), [api, project]);
  const edits = useMemo(() => new UnsavedEdits(project.id), [project]);
  const picked = useSignal<string | null>(null);
  const spot = useSignal<SourceSpot | null>(null);
  const drafts = useComputed(() => draftsOf(project.view.value.turn));
  const version = viewState.looking.value;
  const detail = project.detail.value;
  const filesKey = `${project.view.value.preview.revision} ${detail?.version}`;
  const fetched = useFetched(() => files.list(version), `${version ?? filesKey}`);
  const entries = fetched.state === 'there' ? fetched.value : [];
  const showsChanges = useComputed(() => viewState.comparison.value !== null).value;
  useUnsavedEditsWarning(edits);

  const requestedSpot = viewState.spot.value;
  useEffect(() => {
    if (!requestedSpot) return;
    picked.value = requestedSpot.file;
    spot.value = requestedSpot;
    viewState.spot.value = null;
  }, [requestedSpot, viewState, picked, spot]);

  const liveDrafts = version === null ? drafts.value : noDrafts;
  const treeFiles = useMemo(() => {
    const edited = edits.all.value;
    const paths = new Set(entries.map(({ path }) => path));
    const unlisted = [...liveDrafts.keys()].filter((path) => !paths.has(path)).map((path) => ({ path, bytes: 0 }));
    return [...entries, ...unlisted].map(
      ({ path, bytes }): TreeFile => ({
        path,
        bytes,
        isWriting: liveDrafts.get(path)?.isWriting ?? false,
        isEdited: edited.has(path),
      }),
    );
  }, [entries, [...liveDrafts].map(([name, { isWriting }]) => `${name} ${isWriting}`).join('\n'), edits.all.value]);

  // Without a choice, show the file that Claude is writing or, beside the tree, the main file.
  const chosen = picked.value ?? [...liveDrafts.keys()].at(-1) ?? null;
  const path = chosen ?? mainFile(entries);
  const entry = entries.find((candidate) => candidate.path === path) ?? null;
  const exists = path !== null && (entry !== null || liveDrafts.has(path));
  const open = (file: string, target: SourceSpot | null) => {
    picked.value = file;
    spot.value = target;
  };
  const lastTurn = sinceLastTurn(detail?.versions ?? []);

  return (
    <section class={exists && chosen !== null ? 'panel code has-file' : 'panel code'} aria-label={strings.sheet.code}>
      <fieldset class="code-modes" aria-label={words.modes}>
        <button
          type="button"
          class="text-button"
          aria-pressed={!showsChanges}
          onClick={() => {
            viewState.comparison.value = null;
          }}
        >
          {words.files}
        </button>
        <button
          type="button"
          class="text-button"
          aria-pressed={showsChanges}
          disabled={lastTurn === null}
          onClick={() => {
            viewState.comparison.value = lastTurn;
          }}
        >
          {words.changes}
        </button>
      </fieldset>
      {showsChanges ? (
        <CodeChanges viewState={viewState} files={files} versions={detail?.versions ?? []} filesKey={filesKey} />
      ) : (
        <div class="code-columns">
          <div class="code-side">
            {fetched.state === 'loading' && <p role="status">{words.loading}</p>}
            {fetched.state === 'failed' && <ErrorNotice error={fetched.error} />}
            {fetched.state === 'there' && treeFiles.length === 0 && <p>{words.empty}</p>}
            {treeFiles.length > 0 && (
              <CodeSearch
                files={files}
                entries={entries}
                version={version}
                onOpen={(match) => open(match.path, { file: match.path, line: match.line, column: match.column + 1 })}
              >
                <CodeTree files={treeFiles} chosen={path} onChoose={(file) => open(file, null)} />
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
            {exists && path !== null ? (
              <CodeFile
                key={path}
                project={project}
                files={files}
                edits={edits}
                path={path}
                entry={entry}
                version={version}
                draft={liveDrafts.get(path) ?? null}
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
