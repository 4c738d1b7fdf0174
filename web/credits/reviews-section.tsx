import './reviews.css';
import { useSignal } from '@preact/signals';
import type { ReviewEntry } from '../../src/protocol/review-resources.ts';
import { useApp } from '../app/app-context.ts';
import { Link } from '../router/link.tsx';
import { sessionPath } from '../router/routes.ts';
import { strings } from '../strings/strings.ts';
import { FetchedList } from '../ui/fetched-list.tsx';
import { useFetched } from '../ui/use-fetched.ts';
import { creditCallsOf, creditChangesOf } from './credit-calls-per-app.ts';
import { EnquiryForm, FeedbackForm } from './feedback-form.tsx';
import { ReviewDialog } from './review-dialog.tsx';
import { ReviewTips } from './review-tips.tsx';

const words = strings.reviews;

function ReviewLine({ entry }: { entry: ReviewEntry }) {
  const { advice, at, cost, credits, decidedAt, dueAt, session, state, tips, title } = entry;
  // A decision of a person's comes in their own words.
  const isWordedByPerson = decidedAt !== null && dueAt !== null;
  return (
    <li>
      <div class="line-words">
        <span>
          <Link to={sessionPath(session)}>{title}</Link> · {words.states[state] ?? state}
        </span>
        <span>
          {words.asked(at)} · {words.cost(cost)}
          {credits > 0 && ` · ${words.restored(credits)}`}
          {state === 'submitted' && dueAt !== null && ` · ${words.due(dueAt)}`}
        </span>
        {isWordedByPerson ? <p>{advice}</p> : <ReviewTips tips={tips} />}
      </div>
    </li>
  );
}

/** Opens a review of the newest turn that cost credits; nothing where there is none. */
function AskAboutNewest() {
  const app = useApp();
  const isOpen = useSignal(false);
  const history = useFetched(() => creditCallsOf(app).history({}, null), creditChangesOf(app).value);
  const newest = history.state === 'there' ? history.value.entries.find(({ kind }) => kind === 'turn') : undefined;
  if (!newest?.session || !newest.turn) return null;
  return (
    <div>
      <button
        type="button"
        class="button"
        onClick={() => {
          isOpen.value = true;
        }}
      >
        {words.askAbout(newest.title ?? '')}
      </button>
      {isOpen.value && (
        <ReviewDialog
          session={newest.session}
          turn={newest.turn}
          onClose={() => {
            isOpen.value = false;
          }}
        />
      )}
    </div>
  );
}

/** The account's reviews with their decisions, and the forms that reach the operator. */
export function ReviewsSection() {
  const app = useApp();
  const tries = useSignal(0);
  const key = `${tries.value} ${creditChangesOf(app).value}`;
  const list = useFetched(() => creditCallsOf(app).reviews(), key);
  return (
    <div id="reviews">
      <FetchedList
        list={list}
        loading={words.loading}
        failed={words.failed}
        onRetry={() => {
          tries.value += 1;
        }}
      >
        {(entries) =>
          entries.length === 0 ? (
            <p>{words.none}</p>
          ) : (
            <ul class="account-lines">
              {entries.map((entry) => (
                <ReviewLine key={entry.id} entry={entry} />
              ))}
            </ul>
          )
        }
      </FetchedList>
      <AskAboutNewest />
      <details>
        <summary>{words.feedback}</summary>
        <FeedbackForm />
      </details>
      <details>
        <summary>{words.enquiry}</summary>
        <EnquiryForm />
      </details>
    </div>
  );
}
