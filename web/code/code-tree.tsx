import { useSignal } from '@preact/signals';
import { useMemo, useRef } from 'preact/hooks';
import type { FileEntry } from '../../src/protocol/resources.ts';
import { strings } from '../strings/strings.ts';
import { type Folder, treeOf } from './file-tree.ts';

const words = strings.code;

export interface TreeFile extends Pick<FileEntry, 'path' | 'bytes'> {
  isWriting: boolean;
  isEdited: boolean;
}

interface Props {
  files: readonly TreeFile[];
  /** Path of the open file, or null. */
  chosen: string | null;
  onChoose(path: string): void;
}

/** The files as a tree of folders. Up, Down, Home and End move the focus; Left and Right close and open a folder. */
export function CodeTree({ files, chosen, onChoose }: Props) {
  const tree = useMemo(() => treeOf(files), [files]);
  const closed = useSignal<ReadonlySet<string>>(new Set());
  const root = useRef<HTMLDivElement>(null);
  const focused = useSignal<string | null>(null);
  const listedChoice = files.some(({ path }) => path === chosen) ? chosen : null;
  /** Path of the one button in the tab order (roving tabindex); empty for the first button. */
  const tabStop = focused.value ?? listedChoice ?? '';

  const toggle = (path: string, isOpen: boolean) => {
    const nextClosed = new Set(closed.value);
    if (isOpen) nextClosed.delete(path);
    else nextClosed.add(path);
    closed.value = nextClosed;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(root.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
    const index = buttons.findIndex((button) => button.matches(':focus'));
    const targets: Record<string, number> = {
      ArrowDown: index + 1,
      ArrowUp: index - 1,
      Home: 0,
      End: buttons.length - 1,
    };
    const target = targets[event.key];
    const folder = buttons[index]?.dataset.folder;
    if (target !== undefined) buttons[Math.min(buttons.length - 1, Math.max(0, target))]?.focus();
    else if (folder !== undefined && event.key === 'ArrowRight') toggle(folder, true);
    else if (folder !== undefined && event.key === 'ArrowLeft') toggle(folder, false);
    else return;
    event.preventDefault();
  };

  let isFirst = true;
  const tabIndexOf = (path: string) => {
    const isTabStop = tabStop === '' ? isFirst : tabStop === path;
    isFirst = false;
    return isTabStop ? 0 : -1;
  };

  const renderFolder = (folder: Folder<TreeFile>) => (
    <ul>
      {folder.folders.map((inner) => {
        const isOpen = !closed.value.has(inner.path);
        return (
          <li key={inner.path}>
            <button
              type="button"
              class="tree-folder"
              data-folder={inner.path}
              aria-expanded={isOpen}
              tabIndex={tabIndexOf(`${inner.path}/`)}
              onFocus={() => {
                focused.value = `${inner.path}/`;
              }}
              onClick={() => toggle(inner.path, !isOpen)}
            >
              {inner.name}
            </button>
            {isOpen && renderFolder(inner)}
          </li>
        );
      })}
      {folder.files.map(({ name, file }) => (
        <li key={file.path}>
          <button
            type="button"
            class="tree-file"
            aria-current={chosen === file.path ? 'true' : undefined}
            title={file.path}
            tabIndex={tabIndexOf(file.path)}
            onFocus={() => {
              focused.value = file.path;
            }}
            onClick={() => onChoose(file.path)}
          >
            <span class="tree-name">{name}</span>{' '}
            {file.isWriting ? (
              <span class="tree-mark is-writing">{words.writing}</span>
            ) : file.isEdited ? (
              <span class="tree-mark is-edited">{words.unsaved}</span>
            ) : (
              <span class="tree-size">{words.size(file.bytes)}</span>
            )}
          </button>
        </li>
      ))}
    </ul>
  );

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons inside have the focus
    <div class="tree" ref={root} onKeyDown={onKeyDown}>
      {renderFolder(tree)}
    </div>
  );
}
