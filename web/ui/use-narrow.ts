import { useEffect, useState } from 'preact/hooks';

function useMedia(media: MediaQueryList): boolean {
  const [matches, setMatches] = useState(media.matches);
  useEffect(() => {
    const update = () => setMatches(media.matches);
    media.addEventListener('change', update);
    return () => media.removeEventListener('change', update);
  }, [media]);
  return matches;
}

const narrow = matchMedia('(max-width: 719px)');
const tight = matchMedia('(max-width: 1099px)');

/** Whether the window has room for one pane only. The media queries of the style sheets use the same width. */
export const useNarrow = () => useMedia(narrow);

/** Whether the window has no room for two texts side by side. */
export const useTight = () => useMedia(tight);
