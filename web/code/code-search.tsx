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
  list: readonly FileEntry[];
  version: number | null;
  onOpen(place: SearchMatch): void;
  /** What stands here while nothing is searched for. */
  children: ComponentChildren;
}

/** Searches all files; what was found takes the place of the tree. */
export function CodeSearch({ files, list, version, onOpen, children }: Props) {
  const wanted = useSignal('');
  const found = useSignal<readonly SearchMatch[] | null>(null);
  const text = wanted.value.trim();

  useEffect(() => {
    if (text === '') {
      found.value = null;
      return;
    }
    const aborted = new AbortController();
    searchFiles(files, list, version, text, aborted.signal).then(
      (places) => {
        if (!aborted.signal.aborted) found.value = places;
      },
      () => {
        if (!aborted.signal.aborted) found.value = [];
      },
    );
    return () => aborted.abort();
  }, [files, list, version, text, found]);

  const places = found.value;
  const count = places?.length ?? 0;
  const sum =
    places === null
      ? words.searching
      : count === 0
        ? words.nothing
        : count >= MAX_MATCHES
          ? words.foundMany(count)
          : words.found(count, new Set(places.map(({ path }) => path)).size);
  return (
    <>
      <input
        type="search"
        class="code-search"
        aria-label={words.search}
        placeholder={words.search}
        spellcheck={false}
        autocapitalize="off"
        value={wanted.value}
        onInput={({ currentTarget }) => {
          wanted.value = currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || wanted.value === '') return;
          event.preventDefault();
          wanted.value = '';
        }}
      />
      <p class="quiet" role="status">
        {text !== '' && sum}
      </p>
      {text === '' ? (
        children
      ) : (
        <ul class="places">
          {places?.map((place, index) => (
            <li key={`${place.path}:${place.line}`}>
              {places[index - 1]?.path !== place.path && <p class="place-path">{place.path}</p>}
              <button type="button" class="place" onClick={() => onOpen(place)}>
                <span class="visually-hidden">{place.path}</span> <span class="place-line">{place.line}</span>{' '}
                <span class="place-text">{place.text}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
