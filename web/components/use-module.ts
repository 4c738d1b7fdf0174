import { useEffect, useState } from 'preact/hooks';
import { lateWords } from '../strings.ts';

export type Loaded<T> = { state: 'loading' } | { state: 'there'; module: T } | { state: 'failed' };

/** A part of the page that is loaded, with its words, when it is first wanted. @param load always the same function */
export function useModule<T>(load: () => Promise<T>, isWanted: boolean): Loaded<T> {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: 'loading' });
  const isDue = isWanted && loaded.state !== 'there';
  useEffect(() => {
    if (!isDue) return;
    let isCurrent = true;
    Promise.all([load(), lateWords()]).then(
      ([module]) => isCurrent && setLoaded({ state: 'there', module }),
      () => isCurrent && setLoaded({ state: 'failed' }),
    );
    return () => {
      isCurrent = false;
    };
  }, [load, isDue]);
  return loaded;
}
