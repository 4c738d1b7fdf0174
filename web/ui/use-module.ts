import { useEffect, useState } from 'preact/hooks';
import { loadLateWords } from '../strings/strings.ts';

export type Loaded<T> = { state: 'loading' } | { state: 'there'; module: T } | { state: 'failed' };

/** Milliseconds until a failed load is tried again. */
const RETRY_MS = 4000;

/** Loads a module, with the late words, once it is wanted. @param load must be the same function in each render */
export function useModule<T>(load: () => Promise<T>, isWanted: boolean): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [attempt, setAttempt] = useState(0);
  const isDue = isWanted && loaded.state !== 'there';
  useEffect(() => {
    if (!isDue) return;
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    Promise.all([load(), loadLateWords()]).then(
      ([module]) => isCurrent && setLoaded({ state: 'there', module }),
      () => {
        if (!isCurrent) return;
        setLoaded({ state: 'failed' });
        timer = setTimeout(setAttempt, RETRY_MS, attempt + 1);
      },
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [load, isDue, attempt]);
  return loaded;
}
