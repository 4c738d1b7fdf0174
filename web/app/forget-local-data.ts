/** Keys of project data: preview sketches, prompt drafts, edits that are not saved, whether prompts ask, tips that were dismissed. */
const PROJECT_DATA = /^redraw\.(sketch|draft|edits|mode|tips)\./;

/** Set while project data may be a signed-in user's. */
const USER_DATA = 'redraw.user';

/** The `localStorage` key by which a tab tells the others that the account of this browser has ended. Never stays. */
export const ACCOUNT_ENDED = 'redraw.ended';

let isUserInTab = false;

/** Whether what is kept may be a signed-in user's. Without storage, as far as this tab knows. */
export function hasUserData(): boolean {
  try {
    return localStorage.getItem(USER_DATA) !== null;
  } catch {
    return isUserInTab;
  }
}

export function rememberUserData(): void {
  isUserInTab = true;
  try {
    localStorage.setItem(USER_DATA, '1');
  } catch {
    // Storage is blocked or full.
  }
}

/** Deletes what this browser, and this tab, keeps of projects, so that the next person here sees none of it. */
export function forgetLocalData(): void {
  isUserInTab = false;
  forget((key) => key === USER_DATA || PROJECT_DATA.test(key));
}

/** Deletes what this browser, and this tab, keeps of a project that is deleted. */
export function forgetProject(session: string): void {
  forget((key) => PROJECT_DATA.test(key) && key.endsWith(`.${session}`));
}

function forget(isForgotten: (key: string) => boolean): void {
  for (const name of ['localStorage', 'sessionStorage'] as const) {
    try {
      const storage = globalThis[name];
      for (const key of Object.keys(storage)) if (isForgotten(key)) storage.removeItem(key);
    } catch {
      // Storage is blocked, so nothing was stored.
    }
  }
}

/** Has all tabs of this browser forget their projects, this one included. */
export function forgetInAllTabs(): void {
  forgetLocalData();
  try {
    localStorage.setItem(ACCOUNT_ENDED, '1');
    localStorage.removeItem(ACCOUNT_ENDED);
  } catch {
    // Storage is blocked: the other tabs notice once they ask for the account.
  }
}
