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
  /** Null where the file is being written for the first time. */
  entry: FileEntry | null;
  /** The older version that is looked at, or null. */
  version: number | null;
  /** What Claude has written of it so far, or null where it is not being written. */
  draft: LiveDraft | null;
  spot: SourceSpot | null;
}

interface Base {
  hash: string;
  /** Null where it is no text. */
  text: string | null;
}

/** What the file holds. What was there stays until the new text has come. */
function useBase({ files, edits, path, entry, version }: Props) {
  const base = useSignal<Base | null>(null);
  const error = useSignal<ApiError | null>(null);
  useEffect(() => {
    if (!entry) return;
    let isCurrent = true;
    files.text(entry, version).then(
      (text) => {
        if (!isCurrent) return;
        base.value = { hash: entry.hash, text };
        error.value = null;
        // Saved, or written by Claude in just this way.
        if (edits.all.peek().get(path)?.text === text) edits.drop(path);
      },
      (reason: unknown) => {
        if (isCurrent) error.value = toApiError(reason);
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [files, edits, path, entry?.hash, version, base, error]);
  return { base: base.value, error: error.value };
}

/** The editor, told what changes around it. */
function useEditor(props: {
  path: string;
  text: string | null;
  isReadOnly: boolean;
  isWriting: boolean;
  spot: SourceSpot | null;
  onChange(text: string): void;
  onSave(): void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<CodeView | null>(null);
  const told = useRef(props);
  told.current = props;
  const { path, text, isReadOnly, isWriting, spot } = props;
  const hasText = text !== null;

  useLayoutEffect(() => {
    if (!host.current || !hasText) return;
    const made = createCodeView(host.current, {
      path,
      label: words.editor(path),
      text: told.current.text ?? '',
      isReadOnly: told.current.isReadOnly,
      onChange: (next) => told.current.onChange(next),
      onSave: () => told.current.onSave(),
    });
    view.current = made;
    return () => {
      made.destroy();
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
  return { host, view };
}

/** One file: to be read with colours and search, and to be changed by hand. */
export function CodeFile(props: Props) {
  const { project, edits, path, entry, version, draft, spot } = props;
  const { api } = useApp();
  const { base, error } = useBase(props);
  const saved = useSignal<number | null>(null);
  const isSaving = useSignal(false);
  const failure = useSignal<ApiError | null>(null);
  const isRunning = project.running.value;
  const edit = version === null && draft === null ? (edits.all.value.get(path) ?? null) : null;
  // Of a file that is there already, Claude may write a part only.
  const fresh = entry === null ? draft : null;
  const text = fresh?.text ?? edit?.text ?? base?.text ?? null;
  const isReadOnly = isRunning || version !== null || draft !== null;
  const hasChanged = edit !== null && base !== null && edit.base !== base.hash && edit.text !== base.text;

  const save = async () => {
    const now = edits.all.peek().get(path);
    if (!now || isReadOnly || isSaving.peek()) return;
    isSaving.value = true;
    failure.value = null;
    try {
      await project.asOwn(async () => {
        const made = await api.putFile(project.id, path, new TextEncoder().encode(now.text));
        saved.value = made.version;
        return made.version;
      });
      await project.refresh();
    } catch (reason) {
      failure.value = toApiError(reason);
    }
    isSaving.value = false;
  };

  const { host, view } = useEditor({
    path,
    text,
    isReadOnly,
    isWriting: fresh?.isWriting ?? false,
    spot,
    onChange: (next) => {
      saved.value = null;
      if (next === base?.text) edits.drop(path);
      else edits.set(path, { base: edits.all.peek().get(path)?.base ?? base?.hash ?? null, text: next });
    },
    onSave: () => void save(),
  });

  /** Undo and Escape in the editor are the editor's own. */
  const keepKeys = (event: KeyboardEvent) => {
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
              {isSaving.value ? words.saving : hasChanged ? words.saveMine : words.save}
            </button>
            <button type="button" class="text-button" disabled={isSaving.value} onClick={() => edits.drop(path)}>
              {hasChanged ? words.takeTheirs : words.discard}
            </button>
          </>
        )}
      </div>
      <div role="status" class="code-status">
        {draft?.isWriting && <p>{words.writingNow(path)}</p>}
        {!draft?.isWriting && isRunning && version === null && <p>{words.running}</p>}
        {version !== null && <p>{words.looking(version)}</p>}
        {hasChanged && <p>{words.changed}</p>}
        {saved.value !== null && !edit && <p>{words.saved(saved.value)}</p>}
        {text === null && !error && entry && !base && <p>{words.loadingFile}</p>}
      </div>
      {(error ?? failure.value) && <ErrorNotice error={(error ?? failure.value) as ApiError} />}
      {draft && !fresh && <FileDraftPane draft={draft} />}
      {text === null && base !== null && (
        <p>
          {isTooLarge ? words.tooLarge : words.binary}{' '}
          <a href={api.fileUrl(project.id, path, version ?? undefined)} download>
            {words.download}
          </a>
        </p>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the editor in it has the focus */}
      <div class="code-host" ref={host} hidden={text === null} onKeyDown={keepKeys} />
    </div>
  );
}
