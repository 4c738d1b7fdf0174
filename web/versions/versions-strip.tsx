import './versions.css';
import type { Signal } from '@preact/signals';
import { useSignal } from '@preact/signals';
import { ExternalLink } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { VersionEntry } from '../../src/protocol/resources.ts';
import { useApp } from '../app/app-context.ts';
import { FileStore } from '../code/file-store.ts';
import { countVersion, type LineCount } from '../code/line-count.ts';
import { versionName } from '../preview/version-name.ts';
import { type ViewState, versionUrl } from '../preview/view-state.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { useNow } from '../ui/use-now.ts';

const words = strings.versions;

/**
 * Counts a version's changed lines when its card first becomes visible: a long history is not fetched as a whole.
 *
 * @param isKept whether the files of the version and of the one before it are
 */
function useLineCount(files: FileStore, { version, parent }: VersionEntry, isKept: boolean) {
  const card = useRef<HTMLLIElement>(null);
  const lines = useSignal<LineCount | null>(null);
  useEffect(() => {
    const element = card.current;
    if (!element || !isKept || lines.peek()) return;
    const observer = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      observer.disconnect();
      countVersion(files, parent, version).then(
        (count) => {
          lines.value = count;
        },
        () => {
          // The card shows no line count then.
        },
      );
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [files, version, parent, lines, isKept]);
  return { card, lines: lines.value };
}

interface VersionCardProps {
  entry: VersionEntry;
  label: string;
  viewState: ViewState;
  files: FileStore;
  isCurrent: boolean;
  /** Whether the version before it has lost its files. */
  isParentGone: boolean;
  /** Milliseconds since the epoch. */
  now: number;
  /** Address of the project's preview, or null if there is none. */
  previewUrl: string | null;
  /** The version whose card is in the tab order (roving tabindex). */
  focusable: Signal<number>;
}

function VersionCard(props: VersionCardProps) {
  const { entry, label, viewState, files, isCurrent, isParentGone, now, previewUrl, focusable } = props;
  const { version, kind, createdAt, changed, more = 0, stopped, gone = false } = entry;
  const { card, lines } = useLineCount(files, entry, !gone && !isParentGone);
  const note = gone ? words.gone : stopped ? words.stopped : kind === 'turn' ? '' : words.kind(kind);
  const isShown = isCurrent ? viewState.looking.value === null : viewState.looking.value === version;
  useEffect(() => {
    if (isShown) card.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [isShown, card]);
  return (
    <li ref={card} class={gone ? 'version is-gone' : `version is-${kind}`}>
      <button
        type="button"
        class={gone ? 'version-look quiet' : 'version-look'}
        data-version={version}
        aria-pressed={isShown}
        // It keeps the focus and its place among the cards: `disabled` would take both.
        aria-disabled={gone}
        title={gone ? words.goneWhy : undefined}
        tabIndex={focusable.value === version ? 0 : -1}
        onFocus={() => {
          focusable.value = version;
        }}
        onClick={() => gone || viewState.lookAt(isCurrent ? null : version)}
      >
        <span class="version-number">
          <span class="visually-hidden">{isCurrent ? words.lookNow : words.look}</span>{' '}
          {isCurrent ? words.current : version}
        </span>
        <span class="version-label">{label}</span>
        <span class="version-facts">
          {words.at(createdAt, now)} · {words.files(changed.length + more)}{' '}
          {lines && (
            <span class="version-lines" role="img" aria-label={words.lines(lines.added, lines.removed)}>
              <span class="is-added">+{lines.added}</span> <span class="is-removed">−{lines.removed}</span>
            </span>
          )}
        </span>
        {note !== '' && !label.startsWith(note) && <span class="version-kind">{note}</span>}
      </button>
      {previewUrl && !isCurrent && !gone && (
        <a
          class="version-open"
          href={versionUrl(previewUrl, version)}
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

/** Every version as a card, newest first. Arrow keys, Home and End move between the cards. */
export function VersionsStrip({ project, viewState }: { project: Project; viewState: ViewState }) {
  const { api } = useApp();
  const detail = project.detail.value;
  const versions = detail?.versions ?? [];
  const files = useMemo(() => new FileStore(api, project.id), [api, project]);
  const now = useNow(false);
  const newest = detail?.version ?? 0;
  const focusable = useSignal(viewState.looking.peek() ?? newest);
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
          <VersionCard
            key={entry.version}
            entry={entry}
            label={versionName(entry, versions)}
            viewState={viewState}
            files={files}
            isCurrent={entry.version === newest}
            isParentGone={versions[(entry.parent ?? 0) - 1]?.gone ?? false}
            now={now}
            previewUrl={project.previewUrl.value}
            focusable={focusable}
          />
        ))}
      </ol>
    </section>
  );
}
