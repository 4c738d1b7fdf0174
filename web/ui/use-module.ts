import { useEffect, useState } from 'preact/hooks';
import { loadLateWords } from '../strings/strings.ts';

export type Loaded<T> = { state: 'loading' } | { state: 'there'; module: T } | { state: 'failed' };

/** Milliseconds after which a part that could not be loaded is asked for again. */
const AGAIN_MS = 4000;

/** A part of the page that is loaded, with its words, when it is first wanted. @param load always the same function */
export function useModule<T>(load: () => Promise<T>, isWanted: boolean): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const [round, setRound] = useState(0);
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
        timer = setTimeout(setRound, AGAIN_MS, round + 1);
      },
    );
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [load, isDue, round]);
  return loaded;
}
