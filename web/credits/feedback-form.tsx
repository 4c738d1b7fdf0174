import './reviews.css';
import { type Signal, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { ErrorNotice } from '../app/error-notice.tsx';
import { strings } from '../strings/strings.ts';
import { creditCallsOf } from './credit-calls-per-app.ts';

const words = strings.reviews;

const kinds = ['feedback', 'bug', 'build'] as const;

interface FormProps {
  label: string;
  /** Sends the text; rejects with an `ApiError`. */
  onSend(text: string): Promise<unknown>;
  /** Fields before the text. */
  children?: ComponentChildren;
}

/** A text to the operator: it stays in the box until it has arrived. */
function MessageForm({ label, onSend, children }: FormProps) {
  const id = useId();
  const text = useSignal('');
  const failure = useSignal<ApiError | null>(null);
  const state = useSignal<'open' | 'sending' | 'sent'>('open');
  const send = async (event: Event) => {
    event.preventDefault();
    if (state.peek() === 'sending' || text.peek().trim() === '') return;
    state.value = 'sending';
    failure.value = null;
    try {
      await onSend(text.peek());
      text.value = '';
      state.value = 'sent';
    } catch (error) {
      failure.value = toApiError(error);
      state.value = 'open';
    }
  };
  return (
    <form class="review-form" onSubmit={(event) => void send(event)}>
      {children}
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={4}
        maxLength={4_000}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="button" disabled={state.value === 'sending' || text.value.trim() === ''}>
        {words.send}
      </button>
      <p role="status">{state.value === 'sent' && words.sent}</p>
      {failure.value && <ErrorNotice error={failure.value} />}
    </form>
  );
}

/** Feedback, a bug report or something built. @param session the project that it is about */
export function FeedbackForm({ session }: { session?: string }) {
  const app = useApp();
  const id = useId();
  const kind = useSignal<(typeof kinds)[number]>('feedback');
  const send = (text: string) =>
    creditCallsOf(app).sendFeedback({ kind: kind.peek(), text, ...(session && { session }) });
  return (
    <MessageForm label={words.text} onSend={send}>
      <label for={id}>{words.kind}</label>
      <select
        id={id}
        value={kind.value}
        onChange={(event) => {
          kind.value = kinds.find((each) => each === event.currentTarget.value) ?? 'feedback';
        }}
      >
        {kinds.map((each) => (
          <option key={each} value={each}>
            {words.kinds[each]}
          </option>
        ))}
      </select>
    </MessageForm>
  );
}

/** Asks for a plan of one's own. */
export function EnquiryForm() {
  const app = useApp();
  const members = useSignal('');
  const budget = useSignal('');
  const send = (text: string) => {
    const [people, dollars] = [Number(members.peek()), Number(budget.peek())];
    return creditCallsOf(app).enquire({
      ...{ text, ...(members.peek() !== '' && { members: people }) },
      ...(budget.peek() !== '' && { budgetUsd: dollars }),
    });
  };
  return (
    <MessageForm label={words.needs} onSend={send}>
      <NumberField label={words.members} value={members} min={1} />
      <NumberField label={words.budget} value={budget} min={0} />
    </MessageForm>
  );
}

function NumberField({ label, min, value }: { label: string; min: number; value: Signal<string> }) {
  const id = useId();
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={min}
        max={1_000_000}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    </>
  );
}
