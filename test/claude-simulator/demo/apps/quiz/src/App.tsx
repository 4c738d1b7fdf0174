import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Moment, questions } from './questions';
import { Result } from './Result';

const title = 'Which Came First?';

function older([left, right]: [Moment, Moment]): Moment {
  return left.year < right.year ? left : right;
}

export function App() {
  const [answers, setAnswers] = useState<Moment[]>([]);
  const [at, setAt] = useState(0);
  const next = useRef<HTMLButtonElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const question = questions[at];
  const given = answers[at];
  const right = answers.map((answer, index) => {
    const pair = questions[index]?.pair;
    return pair !== undefined && older(pair).name === answer.name;
  });

  const answer = (moment: Moment) => {
    if (!given) setAnswers([...answers, moment]);
  };

  const goOn = () => {
    setAt(at + 1);
    heading.current?.focus();
  };

  useEffect(() => {
    if (given) next.current?.focus();
  }, [given]);

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const side = { 1: 0, ArrowLeft: 0, ArrowUp: 0, 2: 1, ArrowRight: 1, ArrowDown: 1 }[event.key];
      const moment = side === undefined ? undefined : question?.pair[side];
      if (!moment || given) return;
      answer(moment);
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  return (
    <main>
      <header>
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <ol class="progress" aria-label="Your answers">
          {questions.map(({ note }, index) => (
            <li key={note} class={right[index] === undefined ? '' : right[index] ? 'right' : 'wrong'}>
              <span class="visually-hidden">
                {right[index] === undefined ? 'open' : right[index] ? 'right' : 'wrong'}
              </span>
            </li>
          ))}
        </ol>
      </header>

      {question ? (
        <>
          <div class="pair">
            {question.pair.map((moment, side) => {
              const isOlder = older(question.pair).name === moment.name;
              const verdict = given
                ? `${isOlder ? ' first' : ' second'}${given.name === moment.name ? ' given' : ''}`
                : '';
              return (
                <button
                  type="button"
                  key={moment.name}
                  class={`moment${verdict}`}
                  disabled={given !== undefined}
                  onClick={() => answer(moment)}
                >
                  <span class="key" aria-hidden="true">
                    {side + 1}
                  </span>
                  <span class="what">{moment.name}</span>
                  <span class="when">{given ? moment.when : ''}</span>
                </button>
              );
            })}
          </div>
          <div class="verdict" aria-live="polite">
            {given && (
              <>
                <p>
                  <strong>{right[at] ? 'Right.' : 'Other way round.'}</strong> {question.note}
                </p>
                <button type="button" class="main" ref={next} onClick={goOn}>
                  {at + 1 < questions.length ? 'Next pair' : 'See how you did'}
                </button>
              </>
            )}
          </div>
        </>
      ) : (
        <Result
          right={right}
          onAgain={() => {
            setAnswers([]);
            setAt(0);
          }}
        />
      )}
    </main>
  );
}
