import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Simulator, startSimulator } from '../claude-simulator/simulator.ts';
import { cookieOf, previewFrame, visitorOf } from '../support/browser-visitor.ts';
import { launchChromium } from '../support/chromium.ts';
import { type Redraw, startRedraw } from '../support/start-redraw.ts';
import type { Visitor } from '../support/visitor.ts';
import { type Canary, startCanary } from './canary.ts';

/** A project with a hostile app, or the target of one. */
export interface Project {
  session: string;
  previewUrl: string;
}

/** Everything that an attacker could know, and more: no preview contains the session's id. */
export interface Target {
  redraw: string;
  session: string;
  previewUrl: string;
  /** A foreign site. */
  canary: string;
  /** Another project of the same visitor. */
  sibling: Project;
}

/** Runs in the app and returns what it could get hold of. It may use nothing but its argument. */
export type Attack<T> = (target: Target) => T | Promise<T>;

/** Where a hostile app is opened. */
export const places = ['the builder', 'a tab'] as const;
export type Place = (typeof places)[number];

/** A finished attack. */
export interface Attacked<T> {
  page: Page;
  frame: Frame;
  gained: T;
  project: Project;
}

/** Where Chromium is when it shows no document. */
export const errorPage = 'chrome-error://chromewebdata/';

/** What its error page says: the headless shell's is empty. */
export const errorText = /^$|refused to connect|is blocked|ERR_BLOCKED/;

type Files = Record<string, string | Uint8Array>;

/** A Redraw, a visitor's browser with a project, and a foreign site. */
export class AttackHarness {
  readonly simulator: Simulator;
  readonly redraw: Redraw;
  readonly browser: Browser;
  readonly context: BrowserContext;
  readonly visitor: Visitor;
  readonly canary: Canary;
  readonly #sibling: Project;

  private constructor(parts: {
    simulator: Simulator;
    redraw: Redraw;
    browser: Browser;
    context: BrowserContext;
    visitor: Visitor;
    canary: Canary;
    sibling: Project;
  }) {
    this.simulator = parts.simulator;
    this.redraw = parts.redraw;
    this.browser = parts.browser;
    this.context = parts.context;
    this.visitor = parts.visitor;
    this.canary = parts.canary;
    this.#sibling = parts.sibling;
  }

  static async open(): Promise<AttackHarness> {
    const simulator = await startSimulator();
    const canary = await startCanary();
    const redraw = await startRedraw({ ANTHROPIC_BASE_URL: simulator.url, ANON_TURN_LIMIT: '1000' });
    const browser = await launchChromium();
    const context = await browser.newContext();
    const visitor = await visitorOf(context, redraw.url);
    const sibling = await visitor.json<Project>('POST', '/api/sessions', {});
    const harness = new AttackHarness({ simulator, redraw, browser, context, visitor, canary, sibling });
    await harness.put(sibling, { 'index.html': '<!doctype html><title>Sibling</title><h1>The sibling’s secret</h1>' });
    return harness;
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.redraw.close();
    await this.simulator.close();
    await this.canary.close();
  }

  /** A new project with these files. */
  async project(files: Files): Promise<Project> {
    const project = await this.visitor.json<Project>('POST', '/api/sessions', {});
    await this.put(project, files);
    return project;
  }

  async put({ session }: Project, files: Files): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      await this.visitor.json('PUT', `/api/sessions/${session}/files/${path}`, bytes);
    }
  }

  /** Opens a project as the visitor would: in the builder, or in a tab. */
  async show(project: Project, place: Place): Promise<{ page: Page; frame: Frame }> {
    const page = await this.context.newPage();
    if (place === 'a tab') {
      await page.goto(project.previewUrl);
      return { page, frame: page.mainFrame() };
    }
    await page.goto(`${this.redraw.url}/s/${project.session}`);
    return { page, frame: await previewFrame(page, project.previewUrl) };
  }

  /** Makes an attack into an app, opens it, and waits for its end. @param files the app's other files */
  async attack<T>(place: Place, attack: Attack<T> | string, files: Files = {}): Promise<Attacked<T>> {
    const project = await this.visitor.json<Project>('POST', '/api/sessions', {});
    const target: Target = {
      ...project,
      redraw: this.redraw.url,
      canary: this.canary.url,
      sibling: this.#sibling,
    };
    const script = `const run = ${attack.toString()};
Promise.resolve(run(${JSON.stringify(target)})).then((gained) => { window.gained = { gained }; }, (error) => { window.gained = { error: String(error) }; });`;
    await this.put(project, {
      ...files,
      'index.html':
        '<!doctype html><meta charset="utf-8"><title>Harmless</title><h1>Harmless</h1><script type="module" src="/attack.js"></script>',
      'attack.js': script,
    });
    const { page, frame } = await this.show(project, place);
    return { page, frame, gained: (await gainedIn(frame)) as T, project };
  }

  /** Asserts that the visitor's page is unharmed: same URL, usable, and with the same cookie. */
  async expectUnharmed(page: Page, project: Project): Promise<void> {
    expect(page.url()).toBe(`${this.redraw.url}/s/${project.session}`);
    const box = page.locator('textarea');
    await box.fill('Still here');
    expect(await box.inputValue()).toBe('Still here');
    expect(await cookieOf(this.context)).toBe(this.visitor.cookie);
  }
}

/** The result of an attack once it is done. Throws where the attack itself is broken. */
export async function gainedIn(frame: Frame): Promise<unknown> {
  const done = await frame.waitForFunction(() => (window as unknown as { gained?: object }).gained, undefined);
  const { gained, error } = (await done.jsonValue()) as { gained?: unknown; error?: string };
  if (error !== undefined) throw new Error(`The attack itself is broken: ${error}`);
  return gained;
}
