import { useEffect, useState } from 'preact/hooks';

const narrow = matchMedia('(max-width: 719px)');

/** Whether the screen has room for one pane only. The same width stands in builder.css. */
export function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(narrow.matches);
  useEffect(() => {
    const listen = () => setNarrow(narrow.matches);
    narrow.addEventListener('change', listen);
    return () => narrow.removeEventListener('change', listen);
  }, []);
  return isNarrow;
}
