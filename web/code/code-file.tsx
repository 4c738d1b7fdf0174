import { useSignal } from '@preact/signals';
import { Search } from 'lucide';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { SourceSpot } from '../../src/protocol/requests.ts';
import type { FileEntry } from '../../src/protocol/resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { FileDraftPane } from '../conversation/file-draft-pane.tsx';
import type { LiveDraft } from '../project/live-drafts.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { type CodeView, createCodeView } from './code-mirror.ts';
import { type FileStore, READABLE_BYTES } from './file-store.ts';
import type { UnsavedEdits } from './unsaved-edits.ts';

const words = strings.code;

interface Props {
  project: Project;
  files: FileStore;
  edits: UnsavedEdits;
  path: string;
  /** Null while Claude writes the file for the first time. */
  entry: FileEntry | null;
  /** The older version that is shown, or null for the current files. */
  version: number | null;
  /** Claude's unfinished text of the file, or null if Claude is not writing it. */
  draft: LiveDraft | null;
  /** Where to place the cursor, or null. */
  spot: SourceSpot | null;
}

interface LoadedFile {
  hash: string;
  /** Null if the file is not text. */
  text: string | null;
}

/** The stored file. The previous content stays until the new one is fetched. */
function useLoadedFile({ files, edits, path, entry, version }: Props) {
  const loaded = useSignal<LoadedFile | null>(null);
  const error = useSignal<ApiError | null>(null);
  useEffect(() => {
    if (!entry) return;
    let isCurrent = true;
    files.text(entry, version).then(
      (text) => {
        if (!isCurrent) return;
        loaded.value = { hash: entry.hash, text };
        error.value = null;
        // The edit was saved, or Claude wrote the same text.
        if (edits.all.peek().get(path)?.text === text) edits.drop(path);
      },
      (reason: unknown) => {
        if (isCurrent) error.value = toApiError(reason);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [files, edits, path, entry?.hash, version, loaded, error]);
  return { loaded: loaded.value, error: error.value };
}

interface EditorProps {
  path: string;
  /** Null while there is no text to show. */
  text: string | null;
  isReadOnly: boolean;
  /** Whether Claude is writing the file: the editor then follows its end. */
  isWriting: boolean;
  spot: SourceSpot | null;
  onChange(text: string): void;
  onSave(): void;
}

/** Creates the editor, and keeps it in step with the props. */
function useEditor(props: EditorProps) {
  const editorParent = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  const latestProps = useRef(props);
  latestProps.current = props;
  const { path, text, isReadOnly, isWriting, spot } = props;
  const hasText = text !== null;

  useLayoutEffect(() => {
    if (!editorParent.current || !hasText) return;
    const created = createCodeView(editorParent.current, {
      path,
      label: words.editor(path),
      text: latestProps.current.text ?? '',
      isReadOnly: latestProps.current.isReadOnly,
      onChange: (next) => latestProps.current.onChange(next),
      onSave: () => latestProps.current.onSave(),
    });
    view.current = created;
    return () => {
      created.destroy();
      view.current = null;
    };
  }, [path, hasText]);
  useLayoutEffect(() => {
    if (text !== null) view.current?.setText(text);
    if (isWriting) view.current?.toEnd();
  }, [text, isWriting]);
  useLayoutEffect(() => view.current?.setReadOnly(isReadOnly), [isReadOnly, hasText]);
  useLayoutEffect(() => {
    if (hasText && spot?.line !== undefined) view.current?.goTo(spot.line, spot.column);
  }, [spot, hasText]);
  return { editorParent, view };
}

/** One file in an editor with highlighting and search. Editable unless an older version is shown or Claude is at work. */
export function CodeFile(props: Props) {
  const { project, edits, path, entry, version, draft, spot } = props;
  const { api } = useApp();
  const { loaded, error } = useLoadedFile(props);
  const savedVersion = useSignal<number | null>(null);
  const isSaving = useSignal(false);
  const failure = useSignal<ApiError | null>(null);
  const isRunning = project.running.value;
  const edit = version === null && draft === null ? (edits.all.value.get(path) ?? null) : null;
  // A draft of an existing file may be only a part of it, so only a new file is shown from its draft.
  const newFileDraft = entry === null ? draft : null;
  const text = newFileDraft?.text ?? edit?.text ?? loaded?.text ?? null;
  const isReadOnly = isRunning || version !== null || draft !== null;
  const hasConflict = edit !== null && loaded !== null && edit.base !== loaded.hash && edit.text !== loaded.text;

  const save = async () => {
    const unsaved = edits.all.peek().get(path);
    if (!unsaved || isReadOnly || isSaving.peek()) return;
    isSaving.value = true;
    failure.value = null;
    try {
      await project.asOwn(async () => {
        const answer = await api.putFile(project.id, path, new TextEncoder().encode(unsaved.text));
        savedVersion.value = answer.version;
        return answer.version;
      });
    } catch (reason) {
      failure.value = toApiError(reason);
    }
    isSaving.value = false;
  };

  const { editorParent, view } = useEditor({
    path,
    text,
    isReadOnly,
    isWriting: newFileDraft?.isWriting ?? false,
    spot,
    onChange: (next) => {
      savedVersion.value = null;
      if (next === loaded?.text) edits.drop(path);
      else edits.set(path, { base: edits.all.peek().get(path)?.base ?? loaded?.hash ?? null, text: next });
    },
    onSave: () => void save(),
  });

  /** Undo, redo and Escape in the editor must not reach the page's shortcuts. */
  const stopEditorKeys = (event: KeyboardEvent) => {
    const hasMod = event.ctrlKey || event.metaKey;
    if (event.key === 'Escape' || (hasMod && /^[zy]$/i.test(event.key))) event.stopPropagation();
  };

  const isTooLarge = entry !== null && entry.bytes > READABLE_BYTES;
  return (
    <div class="code-file">
      <div class="code-head">
        <p class="code-path">
          <code>{path}</code> {edit && !isSaving.value && <span class="tree-mark is-edited">{words.unsaved}</span>}
          {draft?.isWriting && <span class="tree-mark is-writing">{words.writing}</span>}
        </p>
        {text !== null && <IconButton node={Search} name={words.find} onClick={() => view.current?.find()} />}
        {edit && !isReadOnly && (
          <>
            <button type="button" class="button is-main" disabled={isSaving.value} onClick={() => void save()}>
              {isSaving.value ? words.saving : hasConflict ? words.saveMine : words.save}
            </button>
            <button type="button" class="text-button" disabled={isSaving.value} onClick={() => edits.drop(path)}>
              {hasConflict ? words.takeTheirs : words.discard}
            </button>
          </>
        )}
      </div>
      <div role="status" class="code-status">
        {draft?.isWriting && <p>{words.writingNow(path)}</p>}
        {!draft?.isWriting && isRunning && version === null && <p>{words.running}</p>}
        {version !== null && <p>{words.looking(version)}</p>}
        {hasConflict && <p>{words.changed}</p>}
        {savedVersion.value !== null && !edit && <p>{words.saved(savedVersion.value)}</p>}
        {text === null && !error && entry && !loaded && <p>{words.loadingFile}</p>}
      </div>
      {(error ?? failure.value) && <ErrorNotice error={(error ?? failure.value) as ApiError} />}
      {draft && !newFileDraft && <FileDraftPane draft={draft} />}
      {text === null && loaded !== null && (
        <p>
          {isTooLarge ? words.tooLarge : words.binary}{' '}
          <a href={api.fileUrl(project.id, path, version ?? undefined)} download>
            {words.download}
          </a>
        </p>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the editor inside has the focus */}
      <div class="code-host" ref={editorParent} hidden={text === null} onKeyDown={stopEditorKeys} />
    </div>
  );
}
