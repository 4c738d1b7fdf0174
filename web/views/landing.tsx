import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { account, startProject } from '../app.ts';
import { DemoNote } from '../components/demo-note.tsx';
import { IdeaSketch } from '../components/idea-sketch.tsx';
import { Link } from '../components/link.tsx';
import { Notice } from '../components/notice.tsx';
import { ProjectShelf } from '../components/project-shelf.tsx';
import { PromptBox } from '../components/prompt-box.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { type ApiError, toApiError } from '../state/api-error.ts';
import { strings } from '../strings.ts';

const words = strings.landing;

/** Ideas to begin with, each with a sketch of what it might become. */
function Ideas({ onPick }: { onPick(prompt: string): void }) {
  return (
    <section class="ideas" aria-labelledby="ideas-heading">
      <h2 id="ideas-heading">{words.ideasBefore}</h2>
      <ul>
        {words.ideas.map(([name, prompt], index) => (
          <li key={name}>
            <button type="button" class="idea" onClick={() => onPick(prompt)}>
              <IdeaSketch index={index} />
              <span>{name}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What was typed before the script was there. */
function typedBefore(): string {
  const early = document.getElementById('idea');
  return early instanceof HTMLTextAreaElement ? early.value : '';
}

/** The start page: one box. */
export function Landing() {
  const prompt = useSignal(useMemo(typedBefore, []));
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
        {account.value?.trial && <p class="promise">{words.promise(account.value.trial.limit)}</p>}
        <Ideas onPick={pick} />
        <ProjectShelf />
        <DemoNote />
      </main>
    </div>
  );
}
