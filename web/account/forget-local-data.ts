/** localStorage keys of project data: preview sketches and prompt drafts. */
const PROJECT_DATA = /^redraw\.(sketch|draft)\./;

/** Deletes this browser's sketches and prompt drafts, so that the next person at this browser sees none of them. */
export function forgetLocalData(): void {
  try {
    for (const key of Object.keys(localStorage)) if (PROJECT_DATA.test(key)) localStorage.removeItem(key);
  } catch {
    // Storage is blocked, so nothing was stored.
  }
}
