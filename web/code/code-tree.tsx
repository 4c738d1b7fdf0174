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
  chosen: string | null;
  onChoose(path: string): void;
}

/** The files in their folders. The up and down keys walk along, left and right close and open folders. */
export function CodeTree({ files, chosen, onChoose }: Props) {
  const tree = useMemo(() => treeOf(files), [files]);
  const closed = useSignal<ReadonlySet<string>>(new Set());
  const root = useRef<HTMLDivElement>(null);
  const focused = useSignal<string | null>(null);
  const first = files.some(({ path }) => path === chosen) ? chosen : null;
  const stop = focused.value ?? first ?? '';

  const toggle = (path: string, isOpen: boolean) => {
    const next = new Set(closed.value);
    if (isOpen) next.delete(path);
    else next.add(path);
    closed.value = next;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const buttons = [...(root.current?.querySelectorAll<HTMLButtonElement>('button') ?? [])];
    const at = buttons.findIndex((button) => button.matches(':focus'));
    const targets: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const target = targets[event.key];
    const folder = buttons[at]?.dataset.folder;
    if (target !== undefined) buttons[Math.min(buttons.length - 1, Math.max(0, target))]?.focus();
    else if (folder !== undefined && event.key === 'ArrowRight') toggle(folder, true);
    else if (folder !== undefined && event.key === 'ArrowLeft') toggle(folder, false);
    else return;
    event.preventDefault();
  };

  let isFirst = true;
  const stopOf = (path: string) => {
    const is = stop === '' ? isFirst : stop === path;
    isFirst = false;
    return is ? 0 : -1;
  };

  const branch = (folder: Folder<TreeFile>) => (
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
              tabIndex={stopOf(`${inner.path}/`)}
              onFocus={() => {
                focused.value = `${inner.path}/`;
              }}
              onClick={() => toggle(inner.path, !isOpen)}
            >
              {inner.name}
            </button>
            {isOpen && branch(inner)}
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
            tabIndex={stopOf(file.path)}
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
    // biome-ignore lint/a11y/noStaticElementInteractions: the buttons in it have the focus
    <div class="tree" ref={root} onKeyDown={onKeyDown}>
      {branch(tree)}
    </div>
  );
}
