/** What this browser keeps of projects: pictures and drafts. */
const PROJECT_DATA = /^redraw\.(sketch|draft)\./;

/** Forgets the pictures and drafts of projects that this browser keeps: whoever comes next is to see nothing of them. */
export function forgetLocalData(): void {
  try {
    for (const key of Object.keys(localStorage)) if (PROJECT_DATA.test(key)) localStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
