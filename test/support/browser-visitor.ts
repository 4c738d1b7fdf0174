import type { BrowserContext, Frame, Page } from 'playwright-core';
import { Visitor } from './visitor.ts';

/**
 * The visitor of a browser context: makes calls with the cookie of its pages. A context without one becomes that of a new visitor, which
 * takes no page.
 */
export async function visitorOf(context: BrowserContext, url: string): Promise<Visitor> {
  const visitor = new Visitor(url);
  visitor.cookie = await cookieOf(context);
  if (visitor.cookie) return visitor;
  await visitor.json('GET', '/api/account');
  await giveCookie(context, visitor);
  return visitor;
}

/** Makes a browser context that of a visitor. */
export async function giveCookie(context: BrowserContext, { cookie, url }: Visitor): Promise<void> {
  const [name = '', value = ''] = cookie?.split('=') ?? [];
  const { hostname: domain } = new URL(url);
  await context.addCookies([{ name, value, domain, path: '/', secure: true, httpOnly: true, sameSite: 'Lax' }]);
}

/** The visitor's cookie in the browser, as `name=value`, or null. */
export async function cookieOf(context: BrowserContext): Promise<string | null> {
  const cookie = (await context.cookies()).find(({ name }) => name === '__Host-redraw');
  return cookie ? `${cookie.name}=${cookie.value}` : null;
}

/** Waits for the preview's frame in a builder page. */
export async function previewFrame(page: Page, previewUrl: string): Promise<Frame> {
  const origin = new URL(previewUrl).origin;
  const find = () => page.frames().find((frame) => frame !== page.mainFrame() && frame.url().startsWith(`${origin}/`));
  const found = find();
  if (found) return found;
  await page.waitForEvent('framenavigated', { predicate: () => find() !== undefined });
  const frame = find();
  if (!frame) throw new Error('The preview is gone.');
  return frame;
}
