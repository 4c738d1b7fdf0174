import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { PageMessage } from '../../src/protocol/bridge-messages.ts';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import { showOverlay } from './overlay.ts';
import { afterPaint, watchPaint } from './paint.ts';
import { createPicker } from './picker.ts';
import { openPort } from './port.ts';
import { later, now, quietly } from './pristine.ts';
import { createProblems, watchErrors } from './problems.ts';
import { watchRequests } from './requests.ts';
import { sketch } from './sketch.ts';
import { isBlank, snapshot } from './snapshot.ts';
import { openSources } from './sources.ts';
import { spotOfEvent } from './stack.ts';
import { supplyStorage } from './storage.ts';
import { swapStyles } from './styles.ts';

/** Milliseconds that a change of a dev server's has to arrive. */
const hotMs = 700;

/**
 * The script in every previewed page: first in its head, before the app. It tells the page around it what became of the app, and
 * does what that page asks. It runs among untrusted code, so nothing it says is proof of anything.
 */
function start(element: HTMLScriptElement): void {
  let revision = Number(element.dataset.revision);
  const parents = (element.dataset.parents ?? '').split(' ').filter(Boolean);
  let settled = false;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let reportDue = false;

  const path = () => (location.pathname + location.search + location.hash).slice(0, bridgeLimits.pathChars);
  const port = openPort(
    parents,
    (nonce) => ({ type: 'connected', nonce, revision }),
    (message) => obey(message),
  );
  const picker = createPicker(openSources(), (message) => port.send(message));
  const problems = createProblems((problem) => {
    port.send({ type: 'problem', revision, problem });
    if (problem.kind === 'build') stopShort();
    reportSoon();
  });
  watchErrors(problems, spotOfEvent);
  const traffic = watchRequests(problems);
  if (supplyStorage()) {
    const text = 'This browser gives a framed page no storage. What the app stores lasts until it is reloaded.';
    console.info(text);
    port.send({ type: 'notice', text });
  }

  const paint = watchPaint(
    traffic,
    () => port.send({ type: 'painted', revision }),
    () => {
      settled = true;
      if (problems.list.some((one) => one.kind === 'exception') && isBlank()) showOverlay(problems.list);
      sendReport();
      sendSketch();
    },
  );

  const sendSketch = () => quietly(() => port.send({ type: 'sketch', sketch: sketch() }));

  /** A build problem: what is missing will not come. */
  function stopShort(): void {
    const show = () => {
      showOverlay(problems.list.filter((one) => one.kind === 'build'));
      paint.settle();
    };
    if (document.readyState === 'loading') addEventListener('DOMContentLoaded', () => quietly(show), { once: true });
    else show();
  }

  function sendReport(): void {
    quietly(() => {
      reportedAt = now();
      const report: PreviewReport = {
        revision,
        path: path(),
        title: document.title.slice(0, 500),
        blank: isBlank(),
        problems: problems.list.slice(0, bridgeLimits.problems),
        snapshot: snapshot(),
      };
      const encoder = new TextEncoder();
      while (encoder.encode(JSON.stringify(report)).length > bridgeLimits.reportBytes) {
        if (report.snapshot.length > 1000) report.snapshot = report.snapshot.slice(0, report.snapshot.length / 2);
        else report.problems.pop();
      }
      port.send({ type: 'report', report });
    });
  }

  /** Something has changed that the last report does not tell: soon, and not too often. */
  function reportSoon(): void {
    if (!settled || reportDue) return;
    reportDue = true;
    later(
      () => {
        reportDue = false;
        sendReport();
      },
      Math.max(300, reportedAt + 2000 - now()),
    );
  }

  function obey(message: PageMessage): void {
    if (message.type === 'ping') port.send({ type: 'pong' });
    else if (message.type === 'report') sendReport();
    else if (message.type === 'reload') location.reload();
    else if (message.type === 'hot') tellNewer(message.revision);
    else if (message.type === 'scroll') restoreScroll(Number(message.x), Number(message.y));
    else if (message.type === 'pick') picker.set(message.on === true);
    else if (message.type === 'navigate') navigate(String(message.to));
    else if (message.type === 'css' && Array.isArray(message.paths)) void renewStyles(message.paths, message.revision);
  }

  /** What changed is on its way into this document: it is told once it stands. */
  function tellNewer(newer: number): void {
    revision = newer;
    later(
      () =>
        afterPaint(() => {
          port.send({ type: 'painted', revision });
          sendReport();
        }),
      hotMs,
    );
  }

  async function renewStyles(paths: readonly string[], newer: number): Promise<void> {
    if (!(await swapStyles(paths, newer))) return port.send({ type: 'stale', revision: newer });
    revision = newer;
    afterPaint(() => {
      port.send({ type: 'painted', revision });
      sendReport();
      sendSketch();
    });
  }

  const tellPath = () => {
    const own = 'navigation' in window ? window.navigation : undefined;
    port.send({ type: 'path', path: path(), back: own?.canGoBack ?? false, forward: own?.canGoForward ?? false });
  };
  tellPath();
  watchPath(() => {
    tellPath();
    reportSoon();
  }, path);
  watchScroll((x, y) => port.send({ type: 'scroll', x, y }));
}

/** The frame's own history, never that of the page around it. */
function navigate(to: string): void {
  if (to.startsWith('/') && !to.startsWith('//')) location.assign(to);
  const own = 'navigation' in window ? window.navigation : undefined;
  if (to === 'back' && own?.canGoBack) own.back();
  if (to === 'forward' && own?.canGoForward) own.forward();
}

function watchPath(changed: () => void, path: () => string): void {
  let last = path();
  const look = () => {
    const at = path();
    if (at === last) return;
    last = at;
    changed();
  };
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function (this: History, ...args: Parameters<typeof original>) {
      original.apply(this, args);
      quietly(look);
    };
  }
  addEventListener('popstate', look);
  addEventListener('hashchange', look);
}

function watchScroll(moved: (x: number, y: number) => void): void {
  let due = false;
  addEventListener(
    'scroll',
    ({ target }) => {
      if (target !== document || due) return;
      due = true;
      later(() => {
        due = false;
        moved(scrollX, scrollY);
      }, 200);
    },
    { capture: true, passive: true },
  );
}

/** Scrolls to where the page before this one stood, as soon as it is that long, unless the visitor has scrolled. */
function restoreScroll(x: number, y: number): void {
  let tries = 0;
  const step = () => {
    if (tries++ > 40 || (scrollY !== 0 && tries > 1)) return;
    if (document.documentElement.scrollHeight >= y + innerHeight - 1)
      scrollTo({ left: x, top: y, behavior: 'instant' });
    else later(step, 50);
  };
  step();
}

if (document.currentScript instanceof HTMLScriptElement) {
  const element = document.currentScript;
  quietly(() => start(element));
}
