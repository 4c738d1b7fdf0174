import './versions.css';
import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { ExternalLink } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { FileStore } from '../code/file-store.ts';
import { countVersion, type LineCount } from '../code/line-count.ts';
import { versionLabel } from '../preview/version-look.tsx';
import { type ViewState, versionUrl } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { useNow } from '../ui/use-now.ts';

const words = strings.versions;

/** Counts lines when the sheet is first seen: a long history is not read as a whole. */
function useLines(files: FileStore, { version, parent }: VersionEntry) {
  const place = useRef<HTMLLIElement>(null);
  const lines = useSignal<LineCount | null>(null);
  useEffect(() => {
    const element = place.current;
    if (!element || lines.peek()) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      countVersion(files, parent, version).then(
        (count) => {
          lines.value = count;
        },
        () => {
          // The sheet shows without.
        },
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [files, version, parent, lines]);
  return { place, lines: lines.value };
}

interface SheetProps {
  entry: VersionEntry;
  desk: ViewState;
  files: FileStore;
  isNow: boolean;
  now: number;
  url: string | null;
  focusable: Signal<number>;
}

function VersionSheet({ entry, desk, files, isNow, now, url, focusable }: SheetProps) {
  const { version, kind, createdAt, changed, stopped } = entry;
  const { place, lines } = useLines(files, entry);
  const label = versionLabel(entry);
  const note = stopped ? words.stopped : kind === 'turn' ? '' : words.kind(kind);
  const isShown = isNow ? desk.looking.value === null : desk.looking.value === version;
  useEffect(() => {
    if (isShown) place.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isShown, place]);
  return (
    <li ref={place} class={`version is-${kind}`}>
      <button
        type="button"
        class="version-look"
        data-version={version}
        aria-pressed={isShown}
        tabIndex={focusable.value === version ? 0 : -1}
        onFocus={() => {
          focusable.value = version;
        }}
        onClick={() => desk.lookAt(isNow ? null : version)}
      >
        <span class="version-number">
          <span class="visually-hidden">{isNow ? words.lookNow : words.look}</span> {isNow ? words.current : version}
        </span>
        <span class="version-label">{label}</span>
        <span class="version-facts">
          {words.at(createdAt, now)} · {words.files(changed.length)}
          {lines && (
            <span class="version-lines" role="img" aria-label={words.lines(lines.added, lines.removed)}>
              {' '}
              <span class="is-added">+{lines.added}</span> <span class="is-removed">−{lines.removed}</span>
            </span>
          )}
        </span>
        {note !== '' && !label.startsWith(note) && <span class="version-kind">{note}</span>}
      </button>
      {url && !isNow && (
        <a
          class="version-open"
          href={versionUrl(url, version)}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={words.openLabel(version)}
          title={words.open}
          tabIndex={focusable.value === version ? 0 : -1}
        >
          <Icon node={ExternalLink} />
        </a>
      )}
    </li>
  );
}

/** Every version as a small sheet, newest first. The arrow keys walk along. */
export function VersionsStrip({ project, desk }: { project: Project; desk: ViewState }) {
  const { api } = useApp();
  const detail = project.detail.value;
  const versions = detail?.versions ?? [];
  const files = useMemo(() => new FileStore(api, project.id), [api, project]);
  const now = useNow(false);
  const newest = detail?.version ?? 0;
  const focusable = useSignal(desk.looking.peek() ?? newest);
  const list = useRef<HTMLOListElement>(null);
  if (!versions.some(({ version }) => version === focusable.value)) focusable.value = newest;

  const onKeyDown = (event: KeyboardEvent) => {
    const steps: Record<string, number> = { ArrowRight: -1, ArrowLeft: 1, Home: newest, End: -newest };
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const target = Math.min(newest, Math.max(1, focusable.value + step));
    list.current?.querySelector<HTMLElement>(`[data-version="${target}"]`)?.focus();
  };

  return (
    <section class="strip" aria-labelledby="versions-heading">
      <div class="strip-head">
        <h2 id="versions-heading">{words.heading}</h2>
        <p class="quiet">{versions.length === 0 ? words.empty : words.kept}</p>
      </div>
      <ol class="versions" reversed ref={list} onKeyDown={onKeyDown}>
        {versions.toReversed().map((entry) => (
          <VersionSheet
            key={entry.version}
            entry={entry}
            desk={desk}
            files={files}
            isNow={entry.version === newest}
            now={now}
            url={project.previewUrl.value}
            focusable={focusable}
          />
        ))}
      </ol>
    </section>
  );
}
