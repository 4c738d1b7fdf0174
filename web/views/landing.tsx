import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import '../styles/composer.css';
import { account, startProject } from '../app.ts';
import { AttachButton } from '../components/attach-button.tsx';
import { AttachmentList } from '../components/attachment-list.tsx';
import { DemoNote } from '../components/demo-note.tsx';
import { DropTarget, pasteFiles } from '../components/drop-target.tsx';
import { IdeaSketch } from '../components/idea-sketch.tsx';
import { Link } from '../components/link.tsx';
import { Notice } from '../components/notice.tsx';
import { ProjectShelf } from '../components/project-shelf.tsx';
import { charsLeft, PromptBox } from '../components/prompt-box.tsx';
import { Wordmark } from '../components/wordmark.tsx';
import { type ApiError, toApiError } from '../state/api-error.ts';
import { Attachments } from '../state/attachments.ts';
import { draftOf, dropDraft, keepDraft, localDrafts } from '../state/prompt-draft.ts';
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

/** Where the draft of the start page is kept. */
const DRAFT = 'start';

/** What was typed before the script was there, or else on an earlier visit. */
function typedBefore(): string {
  const early = document.getElementById('idea');
  const typed = early instanceof HTMLTextAreaElement ? early.value : '';
  return typed === '' ? draftOf(DRAFT, localDrafts()) : typed;
}

/** Whether Enter was pressed before the script was there: `early.js` has noted it. */
const wasSentBefore = (): boolean => document.getElementById('idea')?.dataset.sent !== undefined;

/** The start page: one box. */
export function Landing() {
  const prompt = useSignal(useMemo(typedBefore, []));
  const wasSent = useMemo(wasSentBefore, []);
  const attachments = useMemo(() => new Attachments(), []);
  const isStarting = useSignal(false);
  const problem = useSignal<ApiError | null>(null);
  const input = useRef<HTMLTextAreaElement>(null);

  useEffect(() => {
    document.title = words.title;
    input.current?.focus();
    return keepDraft(prompt, DRAFT, localDrafts());
  }, [prompt]);

  const start = async (): Promise<void> => {
    isStarting.value = true;
    problem.value = null;
    try {
      await startProject(prompt.value, attachments, () => void start());
      dropDraft(DRAFT, localDrafts());
    } catch (error) {
      problem.value = toApiError(error);
      isStarting.value = false;
      input.current?.focus();
    }
  };
  useEffect(() => {
    if (wasSent && canStart) void start();
  }, []);
  const canStart = prompt.value.trim() !== '' && charsLeft(prompt.value) >= 0 && !isStarting.value;
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
        {problem.value && <Notice error={problem.value} />}
        <Ideas onPick={pick} />
        {/* What comes with an answer of the server comes below what stands. */}
        {account.value?.payer === 'trial' && account.value.trial && (
          <p class="promise">{words.promise(account.value.trial.limit)}</p>
        )}
        <DemoNote />
        <ProjectShelf />
      </main>
    </div>
  );
}
