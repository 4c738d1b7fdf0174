import { useSignal } from '@preact/signals';
import { Pencil, Trash2 } from 'lucide';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { isBlank } from '../../src/protocol/is-blank.ts';
import { limits } from '../../src/protocol/limits.ts';
import type { SessionSummary } from '../../src/protocol/resources.ts';
import { type App, useApp } from '../app/app-context.ts';
import { forgetProject } from '../app/forget-local-data.ts';
import { readSketch } from '../preview/sketch-store.ts';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { SketchView } from './sketch-view.tsx';

const words = strings.projects;

/** A search field is shown from this number of projects on. */
const SEARCH_FROM = 9;

const titleOf = ({ title }: SessionSummary) => title || strings.builder.untitled;

function deleteWithUndo(item: SessionSummary, { projects, toasts }: Pick<App, 'projects' | 'toasts'>): void {
  const { session } = item;
  const title = titleOf(item);
  projects.scheduleDelete(session);
  toasts.show(words.removed(title), {
    action: { label: words.undo, run: () => projects.cancelDelete(session) },
    onGone: () => {
      void projects.remove(session).then((isGone) => {
        if (isGone) forgetProject(session);
        else toasts.show(words.notRemoved(title));
      });
    },
  });
}

function TitleEditor({ item, onDone }: { item: SessionSummary; onDone(): void }) {
  const { projects, toasts } = useApp();
  const input = useRef<HTMLInputElement>(null);
  // Unmounting the focused field fires `focusout` too; it must not save.
  const isClosed = useRef(false);
  // A layout effect: the focus moves before the next key can arrive.
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  const close = () => {
    isClosed.current = true;
    onDone();
  };
  const save = (event: Event) => {
    event.preventDefault();
    if (isClosed.current) return;
    const title = input.current?.value.trim() ?? '';
    close();
    if (isBlank(title) || title === item.title) return;
    void projects.rename(item.session, title).then((isRenamed) => {
      if (!isRenamed) toasts.show(words.notRenamed(titleOf(item)));
    });
  };
  return (
    <form class="project-editor" onSubmit={save} onFocusOut={save}>
      <input
        ref={input}
        aria-label={words.renameLabel}
        maxLength={limits.titleChars}
        defaultValue={titleOf(item)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.stopPropagation();
          close();
        }}
      />
    </form>
  );
}

/** A project with its last sketch in this browser, its title, and buttons to rename and delete it. */
function ProjectCard({ item, onRemoved }: { item: SessionSummary; onRemoved(): void }) {
  const app = useApp();
  const isRenaming = useSignal(false);
  const card = useRef<HTMLLIElement>(null);
  const title = titleOf(item);
  const sketch = readSketch(item.session, localStorage);
  return (
    <li class="project" ref={card}>
      <Link to={sessionPath(item.session)} class="project-sheet">
        <span class="project-picture" aria-hidden="true">
          {sketch ? <SketchView sketch={sketch} /> : <span class="quiet">{words.noPicture}</span>}
        </span>
        <span class={isRenaming.value ? 'visually-hidden' : 'project-name'}>{title}</span>
      </Link>
      {isRenaming.value && (
        <TitleEditor
          item={item}
          onDone={() => {
            isRenaming.value = false;
            card.current?.querySelector('a')?.focus();
          }}
        />
      )}
      <div class="project-foot">
        <span class="quiet">{strings.landing.projectChanged(item.updatedAt)}</span>
        <IconButton
          node={Pencil}
          name={words.renameItem(title)}
          onClick={() => {
            isRenaming.value = true;
          }}
        />
        <IconButton
          node={Trash2}
          name={words.removeItem(title)}
          onClick={() => {
            deleteWithUndo(item, app);
            onRemoved();
          }}
        />
      </div>
    </li>
  );
}

/** The visitor's projects as cards. Deletions still in their undo time are carried out when the page is left. */
export function ProjectCards() {
  const { projects, loadProjects } = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  const search = useSignal('');
  useEffect(() => {
    // No answer is awaited any more: what is kept here goes with the wish.
    const deleteNow = () => projects.deleteNow().forEach(forgetProject);
    addEventListener('pagehide', deleteNow);
    return () => removeEventListener('pagehide', deleteNow);
  }, []);
  const failure = projects.failure.value;
  const listed = projects.all.value?.filter(({ session }) => !projects.isDeleting(session));
  if (failure && !listed) {
    return (
      <section class="projects">
        <RetryNotice text={words.failed} onRetry={() => void loadProjects()} />
      </section>
    );
  }
  if (!listed || projects.all.value?.length === 0) return null;
  const query = search.value.trim().toLocaleLowerCase();
  const found = listed.filter((item) => titleOf(item).toLocaleLowerCase().includes(query));
  return (
    <section class="projects" aria-labelledby="projects-heading">
      <h2 id="projects-heading" ref={heading} tabIndex={-1}>
        {strings.landing.projects}
      </h2>
      {(listed.length >= SEARCH_FROM || query !== '') && (
        <input
          class="project-search"
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={search.value}
          onInput={(event) => {
            search.value = event.currentTarget.value;
          }}
        />
      )}
      <p role="status">{found.length === 0 && query !== '' && words.noneFound}</p>
      <ul>
        {found.map((item) => (
          // Removing the card removes the focused button: the heading is the nearest element that stays.
          <ProjectCard key={item.session} item={item} onRemoved={() => heading.current?.focus()} />
        ))}
      </ul>
    </section>
  );
}
