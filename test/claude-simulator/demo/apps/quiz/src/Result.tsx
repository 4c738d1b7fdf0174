import { useEffect, useState } from 'preact/hooks';
import { questions } from './questions';

const key = 'which-came-first-best';

interface Props {
  right: boolean[];
  onAgain: () => void;
}

function verdict(score: number): string {
  if (score === questions.length) return 'You were there, were you not?';
  if (score >= 6) return 'A good sense of the order of things.';
  if (score >= 4) return 'About what a coin would have done. These are nasty pairs.';
  return 'Worse than a coin, which takes some conviction.';
}

function readBest(): number {
  try {
    return Number(localStorage.getItem(key) ?? 0);
  } catch {
    return 0;
  }
}

export function Result({ right, onAgain }: Props) {
  const score = right.filter(Boolean).length;
  const [best] = useState(readBest);

  useEffect(() => {
    try {
      localStorage.setItem(key, String(Math.max(best, score)));
    } catch {
      // Without storage there is no best.
    }
  }, [best, score]);

  return (
    <section class="result">
      <p class="score">
        {score}
        <span> of {questions.length}</span>
      </p>
      <p class="said" role="status">
        {verdict(score)} {best > 0 && (score > best ? `Your best was ${best}.` : `Your best is ${best}.`)}
      </p>
      <button type="button" class="main" onClick={onAgain}>
        Play again
      </button>
      <ol>
        {questions.map(({ pair, note }, index) => {
          const [first, second] = pair.toSorted((one, other) => one.year - other.year);
          return (
            <li key={note}>
              <span class={right[index] ? 'right' : 'wrong'}>{right[index] ? 'Right' : 'Wrong'}</span>
              <span class="order">
                {first?.name} ({first?.when}), then {second?.name} ({second?.when})
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
