import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { FileEntry } from '../../src/protocol/resources.ts';
import { strings } from '../strings/strings.ts';
import type { FileStore } from './file-store.ts';
import { MAX_MATCHES, type SearchMatch, searchFiles } from './search-files.ts';

const words = strings.code;

interface Props {
  files: FileStore;
  entries: readonly FileEntry[];
  version: number | null;
  onOpen(match: SearchMatch): void;
  /** Shown while the search box is empty. */
  children: ComponentChildren;
}

/** Searches all files. The matches replace the children. */
export function CodeSearch({ files, entries, version, onOpen, children }: Props) {
  const query = useSignal('');
  const results = useSignal<readonly SearchMatch[] | null>(null);
  const text = query.value.trim();

  useEffect(() => {
    if (text === '') {
      results.value = null;
      return;
    }
    const controller = new AbortController();
    searchFiles(files, entries, version, text, controller.signal).then(
      (matches) => {
        if (!controller.signal.aborted) results.value = matches;
      },
      () => {
        if (!controller.signal.aborted) results.value = [];
      },
    );
    return () => controller.abort();
  }, [files, entries, version, text, results]);

  const matches = results.value;
  const count = matches?.length ?? 0;
  const summary =
    matches === null
      ? words.searching
      : count === 0
        ? words.nothing
        : count >= MAX_MATCHES
          ? words.foundMany(count)
          : words.found(count, new Set(matches.map(({ path }) => path)).size);
  return (
    <>
      <input
        type="search"
        class="code-search"
        aria-label={words.search}
        placeholder={words.search}
        spellcheck={false}
        autocapitalize="off"
        value={query.value}
        onInput={({ currentTarget }) => {
          query.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || query.value === '') return;
          event.preventDefault();
          query.value = '';
        }}
      />
      <p class="quiet" role="status">
        {text !== '' && summary}
      </p>
      {text === '' ? (
        children
      ) : (
        <ul class="places">
          {matches?.map((match, index) => (
            <li key={`${match.path}:${match.line}`}>
              {matches[index - 1]?.path !== match.path && <p class="place-path">{match.path}</p>}
              <button type="button" class="place" onClick={() => onOpen(match)}>
                <span class="visually-hidden">{match.path}</span> <span class="place-line">{match.line}</span>{' '}
                <span class="place-text">{match.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
