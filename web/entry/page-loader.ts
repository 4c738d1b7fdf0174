import { signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import type { ApiError } from '../api/api-error.ts';
import type { Project } from '../project/project.ts';
import { loadLateWords } from '../strings/strings.ts';

/** The views of the pages, with their props. */
export interface PageViews {
  landing: ComponentType;
  account: ComponentType;
  builder: ComponentType<{ project: Project }>;
  /** For an address without a page, or a project that cannot be shown. */
  nothing: ComponentType<{ error: ApiError | null }>;
}

type Loaders = { [P in keyof PageViews]: () => Promise<PageViews[P]> };

const loaders: Loaders = {
  landing: async () => (await import('../landing/landing.tsx')).Landing,
  account: async () => {
    const [{ AccountPage }] = await Promise.all([import('../account/account-page.tsx'), loadLateWords()]);
    return AccountPage;
  },
  builder: async () => (await import('../builder/builder.tsx')).Builder,
  nothing: async () => {
    const [{ NotFound }] = await Promise.all([import('./not-found.tsx'), loadLateWords()]);
    return NotFound;
  },
};

const known = signal<Partial<PageViews>>({});
const asked = new Set<keyof PageViews>();

/** Whether the last attempt to load a page failed. */
export const pageFailed = signal(false);

/** Registers views that are loaded already, such as the one in the first script. */
export function knowPage(pages: Partial<PageViews>): void {
  known.value = { ...known.peek(), ...pages };
}

/** Loads a page's view; concurrent calls for one page load it once. Never rejects: sets {@link pageFailed}. */
export async function loadPage<P extends keyof PageViews>(page: P): Promise<void> {
  if (known.peek()[page] || asked.has(page)) return;
  asked.add(page);
  try {
    knowPage({ [page]: await loaders[page]() });
    pageFailed.value = false;
  } catch {
    pageFailed.value = true;
  }
  asked.delete(page);
}

/** The page's view; null while it is being loaded, which the first call begins. */
export function pageView<P extends keyof PageViews>(page: P): PageViews[P] | null {
  const view = known.value[page] as PageViews[P] | undefined;
  if (!view && !pageFailed.peek()) void loadPage(page);
  return view ?? null;
}
