import { useEffect, useState } from 'preact/hooks';

function useMedia(media: MediaQueryList): boolean {
  const [does, setDoes] = useState(media.matches);
  useEffect(() => {
    const listen = () => setDoes(media.matches);
    media.addEventListener('change', listen);
    return () => media.removeEventListener('change', listen);
  }, [media]);
  return does;
}

const narrow = matchMedia('(max-width: 719px)');
const tight = matchMedia('(max-width: 1099px)');

/** Whether the screen has room for one pane only. The same width stands in builder.css. */
export const useNarrow = () => useMedia(narrow);

/** Whether the desk has no room for two texts side by side. */
export const useTight = () => useMedia(tight);
