import type { Page } from 'playwright-core';

/** Keeps notices on a page until all are closed, as a pointer on them does: on a busy machine they may be gone before they are looked at. */
export const holdToasts = (page: Page): Promise<void> => page.locator('.toasts').dispatchEvent('pointerenter');
