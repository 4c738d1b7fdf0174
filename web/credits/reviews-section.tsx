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
