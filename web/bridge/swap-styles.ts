import { fetchPristine } from './untouched-globals.ts';

/** URL path of a workspace path. */
function pathOf(path: string): string {
  const served = path.replace(/^public\//, '');
  return `/${served.split('/').map(encodeURIComponent).join('/').replace(/%40/g, '@').replace(/'/g, '%27')}`;
}

function linkedPath(link: HTMLLinkElement): string | null {
  const url = new URL(link.href, document.baseURI);
  return url.origin === location.origin ? url.pathname : null;
}

/** Fetches the newest text of a style element that an imported style sheet made. @returns whether it changed */
async function refetch(style: HTMLStyleElement, path: string): Promise<boolean> {
  const answer = await fetchPristine(path, { cache: 'no-cache', headers: { accept: 'text/css' } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  const text = await answer.text();
  if (style.textContent === text) return false;
  style.textContent = text;
  return true;
}

/** Loads a linked style sheet again, and removes the old one once the new one has loaded. */
function reload(link: HTMLLinkElement, path: string, revision: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fresh = link.cloneNode() as HTMLLinkElement;
    fresh.href = `${path}?revision=${revision}`;
    fresh.addEventListener('load', () => {
      link.remove();
      resolve();
    });
    fresh.addEventListener('error', () => {
      fresh.remove();
      reject(new Error(path));
    });
    link.after(fresh);
  });
}

/**
 * Updates changed style sheets in place, without a new document.
 *
 * @param paths workspace paths of the changed files
 * @returns false if the page's styles do not contain them: then only a new document shows the change
 */
export async function swapStyles(paths: readonly string[], revision: number): Promise<boolean> {
  const wanted = new Set(paths.map(pathOf));
  const styles = [...document.querySelectorAll<HTMLStyleElement>('style[data-redraw-css]')];
  const links = [...document.querySelectorAll<HTMLLinkElement>('link[rel~=stylesheet][href]')];
  const known = new Set([...styles.map((style) => style.dataset.redrawCss), ...links.map(linkedPath)]);
  // An unknown sheet may be imported by a known one: then all are fetched again.
  const all = [...wanted].some((path) => !known.has(path));
  try {
    const renewed = await Promise.all(
      styles.map((style) => {
        const path = style.dataset.redrawCss ?? '';
        return all || wanted.has(path) ? refetch(style, path) : false;
      }),
    );
    let swapped = 0;
    for (const link of links) {
      const path = linkedPath(link);
      if (path === null || path.startsWith('/_redraw/') || !(all || wanted.has(path))) continue;
      await reload(link, path, revision);
      swapped += 1;
    }
    return !all || renewed.includes(true) || swapped > 0;
  } catch {
    return false;
  }
}
