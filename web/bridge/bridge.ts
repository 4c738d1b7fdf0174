import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { PageMessage } from '../../src/protocol/bridge-messages.ts';
import { noticeOfStorage } from '../../src/protocol/preview-notices.ts';
import type { PreviewReport } from '../../src/protocol/requests.ts';
import { takeStart } from '../../src/protocol/truncate-text.ts';
import { afterPaint, watchPaint } from './after-paint.ts';
import { createProblems, watchErrors } from './app-errors.ts';
import { drawSketch } from './app-sketch.ts';
import { openPort } from './bridge-port.ts';
import { DocumentRevision } from './document-revision.ts';
import { createPicker } from './element-picker.ts';
import { installSources } from './element-sources.ts';
import { showOverlay, translateOverlay } from './error-overlay.ts';
import { supplyStorage } from './memory-storage.ts';
import { isBlank, snapshot } from './page-snapshot.ts';
import { watchRequests } from './pending-requests.ts';
import { spotOfEvent } from './stack-trace.ts';
import { swapStyles } from './swap-styles.ts';
import { now, setTimer, swallowErrors } from './untouched-globals.ts';

/** Milliseconds that a dev server's hot update gets to arrive before it counts as applied. */
const hotUpdateMs = 700;

const awaitHotUpdate = () => new Promise<boolean>((resolve) => setTimer(() => resolve(true), hotUpdateMs));

/**
 * Starts the bridge: the script that every previewed page loads first, before the app. It reports to the framing page how the app
 * fares, and carries out that page's requests. It runs among untrusted code, so its messages prove nothing.
 */
function start(element: HTMLScriptElement): void {
  const revision = new DocumentRevision(Number(element.dataset.revision));
  const parents = (element.dataset.parents ?? '').split(' ').filter(Boolean);
  let settled = false;
  let reportedAt = Number.NEGATIVE_INFINITY;
  let reportDue = false;

  const path = () => (location.pathname + location.search + location.hash).slice(0, bridgeLimits.pathChars);
  const port = openPort(
    parents,
    (nonce) => ({ type: 'connected', nonce, revision: revision.current }),
    (message) => onMessage(message),
  );
  const picker = createPicker(installSources(), (message) => port.send(message));
  const problems = createProblems((problem) => {
    port.send({ type: 'problem', revision: revision.current, problem });
    if (problem.kind === 'build') onBuildProblem();
    reportSoon();
  });
  watchErrors(problems, spotOfEvent);
  const requests = watchRequests(problems);
  if (supplyStorage()) {
    console.info(noticeOfStorage);
    port.send({ type: 'notice', text: noticeOfStorage });
  }

  const paint = watchPaint(
    requests,
    () => port.send({ type: 'painted', revision: revision.current }),
    () => {
      settled = true;
      if (problems.list.some((one) => one.kind === 'exception') && isBlank()) showOverlay(problems.list);
      sendReport();
      sendSketch();
    },
  );

  const sendSketch = () => swallowErrors(() => port.send({ type: 'sketch', sketch: drawSketch() }));

  /** Shows build problems and ends the wait for paint: a module that failed to build will never load. */
  function onBuildProblem(): void {
    const show = () => {
      showOverlay(problems.list.filter((one) => one.kind === 'build'));
      paint.settle();
    };
    if (document.readyState === 'loading')
      addEventListener('DOMContentLoaded', () => swallowErrors(show), { once: true });
    else show();
  }

  function sendReport(): void {
    swallowErrors(() => {
      reportedAt = now();
      const report: PreviewReport = {
        revision: revision.current,
        path: path(),
        title: takeStart(document.title, 500),
        blank: isBlank(),
        problems: problems.list.slice(0, bridgeLimits.problems),
        snapshot: snapshot(),
      };
      const encoder = new TextEncoder();
      while (encoder.encode(JSON.stringify(report)).length > bridgeLimits.reportBytes) {
        if (report.snapshot.length > 1000)
          report.snapshot = takeStart(report.snapshot, Math.floor(report.snapshot.length / 2));
        else report.problems.pop();
      }
      port.send({ type: 'report', report });
    });
  }

  /** Schedules a report: at least 300 ms from now, and 2 s after the last one. */
  function reportSoon(): void {
    if (!settled || reportDue) return;
    reportDue = true;
    setTimer(
      () => {
        reportDue = false;
        sendReport();
      },
      Math.max(300, reportedAt + 2000 - now()),
    );
  }

  function onMessage(message: PageMessage): void {
    if (message.type === 'ping') port.send({ type: 'pong' });
    else if (message.type === 'report') sendReport();
    else if (message.type === 'words') translateOverlay(message.words);
    else if (message.type === 'reload') location.reload();
    else if (message.type === 'hot') void update(message, awaitHotUpdate);
    else if (message.type === 'scroll') restoreScroll(Number(message.x), Number(message.y));
    else if (message.type === 'pick') picker.set(message.on === true);
    else if (message.type === 'navigate') navigate(String(message.to));
    else if (message.type === 'css' && Array.isArray(message.paths))
      void update(message, () => swapStyles(message.paths, message.revision));
  }

  /** Brings the document to a newer revision, and reports on it once that is drawn. */
  async function update(to: { from: number; revision: number }, apply: () => Promise<boolean>): Promise<void> {
    if (!(await revision.advance(to.from, to.revision, apply)))
      return port.send({ type: 'stale', revision: to.revision });
    afterPaint(() => {
      port.send({ type: 'painted', revision: revision.current });
      sendReport();
      sendSketch();
    });
  }

  const sendPath = () => {
    const own = 'navigation' in window ? window.navigation : undefined;
    port.send({ type: 'path', path: path(), back: own?.canGoBack ?? false, forward: own?.canGoForward ?? false });
  };
  sendPath();
  watchPath(() => {
    sendPath();
    reportSoon();
  }, path);
  watchScroll((x, y) => port.send({ type: 'scroll', x, y }));
}

/** Navigates within the app. Uses the Navigation API, because `history.back()` may also navigate the framing page. */
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
      swallowErrors(look);
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
      setTimer(() => {
        due = false;
        moved(scrollX, scrollY);
      }, 200);
    },
    { capture: true, passive: true },
  );
}

/** Restores the scroll position of the previous document once this one is long enough, unless the visitor has scrolled. */
function restoreScroll(x: number, y: number): void {
  let tries = 0;
  const step = () => {
    if (tries++ > 40 || (scrollY !== 0 && tries > 1)) return;
    if (document.documentElement.scrollHeight >= y + innerHeight - 1)
      scrollTo({ left: x, top: y, behavior: 'instant' });
    else setTimer(step, 50);
  };
  step();
}

if (document.currentScript instanceof HTMLScriptElement) {
  const element = document.currentScript;
  swallowErrors(() => start(element));
}
