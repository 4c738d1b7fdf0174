import './reviews.css';
import { useSignal } from '@preact/signals';
import { useId } from 'preact/hooks';
import type { ReviewAnswer, SessionEvidence } from '../../src/protocol/review-resources.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';
import { RetryNotice } from '../ui/retry-notice.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';
import { ReviewTips, type TipPresses } from './review-tips.tsx';

const words = strings.reviews;

/** The subject by which an operator finds such mails; the same in every language. */
const mailSubject = 'High Credit Usage Review';

interface Props extends TipPresses {
  session: string;
  /** The turn whose receipt was pressed; absent: the newest that cost credits. */
  turn?: string | undefined;
  /** What the task text begins with: the prompt of the turn. */
  task?: string;
  onClose(): void;
}

/** Asks for a review of what a turn has cost: filled from the session, then its result. */
export function ReviewDialog({ session, turn, task = '', onClose, ...presses }: Props) {
  const app = useApp();
  const tries = useSignal(0);
  const answer = useSignal<ReviewAnswer | null>(null);
  const evidence = useFetched(() => creditCallsOf(app).evidence(session, turn), tries.value);
  const plans = useFetched(() => creditCallsOf(app).plans(), null);
  const support = plans.state === 'there' ? plans.value.supportEmail : null;
  return (
    <Dialog heading={words.dialog} onClose={onClose}>
      {answer.value ? (
        <Result answer={answer.value} {...presses} />
      ) : (
        <>
          <p>{words.lead}</p>
          {evidence.state === 'loading' && <p role="status">{words.preparing}</p>}
          {evidence.state === 'failed' && (
            <RetryNotice
              text={words.notPrepared}
              onRetry={() => {
                tries.value += 1;
              }}
            />
          )}
          {evidence.state === 'there' && (
            <Form
              session={session}
              evidence={evidence.value}
              task={task}
              onAnswer={(given) => {
                answer.value = given;
              }}
            />
          )}
        </>
      )}
      {support && (
        <p>
          <a href={`mailto:${support}?subject=${encodeURIComponent(mailSubject)}`}>{words.mail}</a>
        </p>
      )}
    </Dialog>
  );
}

interface FormProps {
  session: string;
  evidence: SessionEvidence;
  task: string;
  onAnswer(answer: ReviewAnswer): void;
}

function Form({ session, evidence, task: first, onAnswer }: FormProps) {
  const app = useApp();
  const id = useId();
  const task = useSignal(first);
  const contact = useSignal('');
  const failure = useSignal<ApiError | null>(null);
  const isSending = useSignal(false);
  const { title, model, previewStatus, messages, contextSize, turns } = evidence;
  const send = async (event: Event) => {
    event.preventDefault();
    if (isSending.peek() || task.peek().trim() === '') return;
    isSending.value = true;
    failure.value = null;
    const address = contact.peek().trim();
    try {
      const given = await creditCallsOf(app).askForReview({
        ...{ session, task: task.peek(), turns: turns.map((each) => each.turn) },
        ...{ model, previewStatus, messages, contextSize, ...(address && { contact: address }) },
      });
      creditChangesOf(app).value += 1;
      onAnswer(given);
      if (given.state === 'restored') await app.loadAccount();
    } catch (error) {
      failure.value = toApiError(error);
    } finally {
      isSending.value = false;
    }
  };
  return (
    <form class="review-form" onSubmit={(event) => void send(event)}>
      <dl>
        <dt>{words.project}</dt>
        <dd>
          <Link to={sessionPath(session)}>{title}</Link>
        </dd>
        <dt>{words.model}</dt>
        <dd>{model}</dd>
        <dt>{words.preview}</dt>
        <dd>{words.previews[previewStatus] ?? previewStatus}</dd>
        <dt>{words.conversation}</dt>
        <dd>{words.size(messages, contextSize)}</dd>
      </dl>
      <label for={`${id}-task`}>{words.task}</label>
      <textarea
        id={`${id}-task`}
        rows={4}
        maxLength={4_000}
        required
        value={task.value}
        onInput={(event) => {
          task.value = event.currentTarget.value;
        }}
      />
      <label for={`${id}-contact`}>{words.contact}</label>
      <input
        id={`${id}-contact`}
        autocomplete="email"
        maxLength={200}
        value={contact.value}
        onInput={(event) => {
          contact.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button is-main" disabled={isSending.value || task.value.trim() === ''}>
        {words.ask}
      </button>
      {failure.value && <ErrorNotice error={failure.value} />}
    </form>
  );
}

function Result({ answer, ...presses }: { answer: ReviewAnswer } & TipPresses) {
  const { credits, dueAt, state, tips } = answer;
  return (
    <>
      <p role="status">
        {state === 'restored' ? words.resultRestored(credits) : words.resultWaits(dueAt ?? answer.at)}
      </p>
      <h3>{words.tips}</h3>
      <ReviewTips tips={tips} {...presses} />
    </>
  );
}
