import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { account, projects, startProject } from '../app.ts';
import { DemoNote } from '../components/demo-note.tsx';
import { Link } from '../components/link.tsx';
import { Notice } from '../components/notice.tsx';
import { PromptBox } from '../components/prompt-box.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { sessionPath } from '../router.ts';
import { type ApiError, toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';

const words = strings.landing;

function Ideas({ onPick }: { onPick(prompt: string): void }) {
  return (
    <p class="ideas">
      {words.ideasBefore}
      {words.ideas.map(([name, prompt], index) => (
        <span key={name}>
          {index > 0 && (index === words.ideas.length - 1 ? ' or ' : ', ')}
          <button type="button" class="text-button" onClick={() => onPick(prompt)}>
            {name}
          </button>
        </span>
      ))}
      .
    </p>
  );
}

function Projects() {
  const known = projects.value;
  if (!known || known.length === 0) return null;
  return (
    <section class="projects" aria-labelledby="projects-heading">
      <h2 id="projects-heading">{words.projects}</h2>
      <ul>
        {known.map(({ session, title, updatedAt }) => (
          <li key={session}>
            <Link to={sessionPath(session)}>{title || strings.builder.untitled}</Link>{' '}
            <span class="quiet">{words.projectChanged(updatedAt)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The start page: one box. */
export function Landing() {
  const prompt = useSignal('');
  const isStarting = useSignal(false);
  const problem = useSignal<ApiError | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    document.title = words.title;
    input.current?.focus();
  }, []);

  const start = async () => {
    isStarting.value = true;
    problem.value = null;
    try {
      await startProject(prompt.value);
    } catch (error) {
      problem.value = toApiError(error);
      isStarting.value = false;
      input.current?.focus();
    }
  };
  const pick = (idea: string) => {
    prompt.value = idea;
    input.current?.focus();
  };

  return (
    <div class="page landing">
      <header class="page-head">
        <Wordmark isDrawing={isStarting.value} />
        <Link to="/account">{strings.builder.account}</Link>
      </header>
      <main class="page-body">
        <h1>{words.heading}</h1>
        <div class="sheet-frame">
          <PromptBox
            id="idea"
            label={words.label}
            placeholder={words.placeholder}
            value={prompt.value}
            isBusy={isStarting.value}
            rows={4}
            input={input}
            onInput={(text) => {
              prompt.value = text;
            }}
            onSubmit={() => void start()}
          >
            <span class="quiet hint">{words.hint}</span>
            <button type="submit" class="button is-main" disabled={prompt.value.trim() === '' || isStarting.value}>
              {isStarting.value ? words.starting : words.start}
            </button>
          </PromptBox>
        </div>
        {problem.value && <Notice error={problem.value} />}
        <Ideas onPick={pick} />
        {account.value?.trial && <p class="quiet">{words.promise(account.value.trial.limit)}</p>}
        <DemoNote />
        <Projects />
      </main>
    </div>
  );
}
