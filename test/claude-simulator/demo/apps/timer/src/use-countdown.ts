import { useCallback, useEffect, useState } from 'preact/hooks';

type State = 'ready' | 'running' | 'paused' | 'done';

interface Countdown {
  state: State;
  total: number;
  /** Milliseconds left when it was last looked at. */
  left: number;
  /** When it ends by the clock; a sleeping tab loses no time that way. */
  endsAt: number;
}

const longest = 180 * 60_000;

const fresh = (total: number): Countdown => ({ state: 'ready', total, left: total, endsAt: 0 });

export function useCountdown(initial: number, onDone: () => void) {
  const [countdown, setCountdown] = useState(() => fresh(initial));
  const running = countdown.state === 'running';

  useEffect(() => {
    if (!running) return;
    const tick = () =>
      setCountdown((now) => {
        const left = Math.max(0, now.endsAt - Date.now());
        return { ...now, left, state: left === 0 ? 'done' : now.state };
      });
    const timer = setInterval(tick, 100);
    return () => clearInterval(timer);
  }, [running]);

  const done = countdown.state === 'done';
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);

  const toggle = useCallback(() => {
    setCountdown((now) => {
      if (now.state === 'running') return { ...now, state: 'paused' };
      const left = now.state === 'done' ? now.total : now.left;
      return { ...now, state: 'running', left, endsAt: Date.now() + left };
    });
  }, []);

  const set = useCallback((ms: number) => {
    const left = Math.min(longest, Math.max(60_000, Math.ceil(ms / 60_000) * 60_000));
    setCountdown((now) =>
      now.state === 'running'
        ? { ...now, left, total: Math.max(now.total, left), endsAt: Date.now() + left }
        : fresh(left),
    );
  }, []);

  const reset = useCallback(() => setCountdown((now) => fresh(now.total)), []);

  return { ...countdown, toggle, set, reset };
}

export function formatTime(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
