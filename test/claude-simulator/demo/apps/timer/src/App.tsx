import { useEffect } from 'preact/hooks';
import { chime } from './chime';
import { formatTime, useCountdown } from './use-countdown';

const title = 'Tide';
const presets = [{ minutes: 5 }, { minutes: 15 }, { minutes: 25 }, { minutes: 50 }];
const first = 25;
const minute = 60_000;

export function App() {
  const { state, left, total, set, toggle, reset } = useCountdown(first * minute, chime);
  const time = formatTime(left);
  const status = { ready: 'Ready when you are', running: 'Going out', paused: 'Held', done: 'Time is up' }[state];
  const action = { ready: 'Start', running: 'Pause', paused: 'Go on', done: 'Again' }[state];

  useEffect(() => {
    document.title = state === 'ready' ? title : `${time} · ${title}`;
  }, [state, time]);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey) return;
      const onButton = event.target instanceof HTMLButtonElement;
      if (event.key === ' ' && !onButton) toggle();
      else if (event.key === 'r') reset();
      else if (event.key === 'ArrowUp') set(left + minute);
      else if (event.key === 'ArrowDown') set(left - minute);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [toggle, reset, set, left]);

  const face = (
    <>
      <p class="name">{title}</p>
      <p class="time" style={{ '--characters': Math.max(5, time.length) }}>
        {time}
      </p>
      <p class="status">{status}</p>
    </>
  );

  return (
    <main class={state}>
      <h1 class="visually-hidden">{title}</h1>
      <div class="face" role="timer" aria-label={`${time} left. ${status}.`}>
        {face}
      </div>
      <div class="face water" aria-hidden="true" style={{ '--level': `${(left / total) * 100}%` }}>
        {face}
      </div>
      <div class="controls">
        <fieldset class="presets">
          <legend class="visually-hidden">Minutes</legend>
          {presets.map(({ minutes, name = '' }: { minutes: number; name?: string }) => (
            <button
              type="button"
              key={minutes}
              aria-pressed={total === minutes * minute}
              onClick={() => set(minutes * minute)}
            >
              {name} {minutes}
              <span class="visually-hidden"> minutes</span>
            </button>
          ))}
          <button type="button" onClick={() => set(left + minute)}>
            +1
            <span class="visually-hidden"> minute more</span>
          </button>
        </fieldset>
        <div class="actions">
          <button type="button" class="quiet" onClick={reset} disabled={state === 'ready'}>
            Reset
          </button>
          <button type="button" class="main" onClick={toggle}>
            {action}
          </button>
        </div>
      </div>
      <p class="keys">Space starts and holds, R resets, arrow up and down change the minutes.</p>
    </main>
  );
}
