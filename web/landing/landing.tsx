import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import '../composer/composer.css';
import { isBlank } from '../../src/protocol/is-blank.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { AttachButton } from '../attach/attach-button.tsx';
import { AttachmentList } from '../attach/attachment-list.tsx';
import { Attachments } from '../attach/attachments.ts';
import { DropTarget, pasteFiles } from '../attach/drop-target.tsx';
import { charsLeft, PromptBox } from '../composer/prompt-box.tsx';
import { deleteDraft, localDraftStore, persistDraft, readDraft } from '../composer/prompt-draft.ts';
import { DemoNote } from '../conversation/demo-note.tsx';
import { LazyLimitMeter } from '../limits/lazy-limits.tsx';
import { SendFailure } from '../limits/send-failure.tsx';
import { Link } from '../router/link.tsx';
import { strings } from '../strings/strings.ts';
import { useModule } from '../ui/use-module.ts';
import { Wordmark } from '../ui/wordmark.tsx';
import { IdeaSketch } from './idea-sketch.tsx';

const words = strings.landing;
const loadProjectCards = () => import('../projects/project-cards.tsx');

/** Example ideas, each with a drawing. */
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

/** The id of the start page's draft, in place of a session's id. */
const DRAFT_ID = 'start';

/** Text typed before the script ran, or else the draft of an earlier visit. */
function initialPrompt(): string {
  const earlyInput = document.getElementById('idea');
  const typed = earlyInput instanceof HTMLTextAreaElement ? earlyInput.value : '';
  return typed === '' ? readDraft(DRAFT_ID, localDraftStore()) : typed;
}

/** Whether Enter was pressed before the script ran: `early.js` sets `data-sent`. */
const wasSubmittedEarly = (): boolean => document.getElementById('idea')?.dataset.sent !== undefined;

/** The start page: a prompt box, example ideas, the visitor's projects. */
export function Landing() {
  const { account, projects, startProject } = useApp();
  const prompt = useSignal(useMemo(initialPrompt, []));
  const isSubmittedEarly = useMemo(wasSubmittedEarly, []);
  const attachments = useMemo(() => new Attachments(), []);
  const isStarting = useSignal(false);
  const failure = useSignal<ApiError | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);
  const hasProjects = (projects.all.value?.length ?? 0) > 0;
  const projectCards = useModule(loadProjectCards, hasProjects || projects.failure.value !== null);

  useEffect(() => {
    document.title = words.title;
    input.current?.focus();
    return persistDraft(prompt, DRAFT_ID, localDraftStore());
  }, [prompt]);

  const start = async (): Promise<void> => {
    isStarting.value = true;
    failure.value = null;
    try {
      await startProject(prompt.value, attachments, () => void start());
      deleteDraft(DRAFT_ID, localDraftStore());
    } catch (error) {
      failure.value = toApiError(error);
      isStarting.value = false;
      input.current?.focus();
    }
  };
  useEffect(() => {
    if (isSubmittedEarly && canStart) void start();
  }, []);
  const canStart = !isBlank(prompt.value) && charsLeft(prompt.value) >= 0 && !isStarting.value;
  const pickIdea = (idea: string) => {
    prompt.value = idea;
    input.current?.focus();
  };

  return (
    <div class="page landing">
      <header class="page-head">
        <Wordmark isDrawing={isStarting.value} />
        <LazyLimitMeter project={null} />
        <nav class="page-links">
          {hasProjects && <a href="#projects-heading">{words.projects}</a>}
          <Link to="/account">{strings.builder.account}</Link>
        </nav>
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
            onPaste={(event) => pasteFiles(event, attachments)}
            onSubmit={() => void start()}
            extras={<AttachmentList attachments={attachments} focusId="idea" />}
          >
            <span class="quiet hint">{words.hint}</span>
            <span class="prompt-tools">
              <AttachButton attachments={attachments} disabled={isStarting.value} />
            </span>
            <button type="submit" class="button is-main" disabled={!canStart}>
              {isStarting.value ? words.starting : words.start}
            </button>
          </PromptBox>
        </div>
        <DropTarget attachments={attachments} />
        {failure.value && <SendFailure error={failure.value} />}
        <Ideas onPick={pickIdea} />
        {/* Content that depends on a response comes last, so that nothing above it shifts. */}
        {account.value?.payer === 'trial' && account.value.trial.limit > 0 && (
          <p class="promise">{words.promise(account.value.trial.limit)}</p>
        )}
        <DemoNote />
        {projectCards.state === 'there' && <projectCards.module.ProjectCards />}
      </main>
    </div>
  );
}
