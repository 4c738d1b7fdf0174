/** Milliseconds after a key press or the focus of a field during which a visitor without a mouse counts as typing. */
const typingMs = 3000;
/** Milliseconds after Tab during which the focus may move into the app. */
const tabMs = 500;
/** Pixels that a pointer must move towards the app. */
const minMovePx = 24;
/** Pixels around the app within which this page must have seen the pointer last. */
const nearPx = 200;
/** Milliseconds after which a second move of the focus, without a key press in between, counts as a second click. */
const clickMs = 400;
/** How often an app may take the focus while the visitor types. An app that focuses its own field at the start does so once. */
const maxTaken = 2;
/** Milliseconds after which earlier takings no longer count. */
const forgetMs = 10_000;

interface Point {
  x: number;
  y: number;
}

function isField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/**
 * Keeps an app from taking the keyboard focus while the visitor types into the page. A frame may call `focus()` at any time, and would
 * then receive the prompt instead of the field. The guard returns the focus unless the visitor moved it. A page is told neither of
 * clicks into a cross-origin frame nor of a pointer over it; it sees only the pointer on its way there, and Tab.
 *
 * @param container the element that holds the frames
 * @param onThief the app in this frame keeps taking the focus: only its removal stops it
 * @returns ends the guard
 */
export function guardFocus(container: HTMLElement, onThief: (frame: Element) => void): () => void {
  const closed = new AbortController();
  const options = { capture: true, passive: true, signal: closed.signal };
  const hovers = matchMedia('(hover: hover)');
  let field = isField(document.activeElement) ? document.activeElement : null;
  /** First and last position of the pointer since the last key press or focus. */
  let firstPoint: Point | null = null;
  let lastPoint: Point | null = null;
  let keyAt = Number.NEGATIVE_INFINITY;
  let fieldAt = Number.NEGATIVE_INFINITY;
  let tabAt = Number.NEGATIVE_INFINITY;
  let takenAt = Number.NEGATIVE_INFINITY;
  let taken = 0;

  const isNear = ({ x, y }: Point) => {
    const { left, right, top, bottom } = container.getBoundingClientRect();
    return x > left - nearPx && x < right + nearPx && y > top - nearPx && y < bottom + nearPx;
  };
  /** Whether the visitor moved the focus into the app, as far as the page can tell. */
  const isVisitor = (now: number) => {
    if (now - tabAt < tabMs) return true;
    if (!hovers.matches && now - Math.max(keyAt, fieldAt) > typingMs) return true;
    if (keyAt < takenAt && now - takenAt > clickMs) return true;
    if (firstPoint === null || lastPoint === null) return false;
    const moved = Math.hypot(lastPoint.x - firstPoint.x, lastPoint.y - firstPoint.y);
    return moved > minMovePx && isNear(lastPoint);
  };
  const onPointer = ({ clientX: x, clientY: y }: PointerEvent) => {
    lastPoint = { x, y };
    firstPoint ??= lastPoint;
  };
  const onKey = ({ key, timeStamp }: KeyboardEvent) => {
    firstPoint = lastPoint = null;
    if (key === 'Tab') tabAt = timeStamp;
    else keyAt = timeStamp;
  };
  const onFocus = ({ target, timeStamp }: FocusEvent) => {
    if (target instanceof Node && container.contains(target)) return;
    field = isField(target) ? target : null;
    fieldAt = timeStamp;
    firstPoint = lastPoint = null;
  };
  const onBlur = ({ target, timeStamp: now }: FocusEvent) => {
    const frame = document.activeElement;
    if (target !== window || !field?.isConnected || !frame || !container.contains(frame) || isVisitor(now)) return;
    const previous = field;
    taken = now - takenAt > forgetMs ? 1 : taken + 1;
    takenAt = now;
    if (taken > maxTaken) onThief(frame);
    // In a new task, after the browser has carried out the app's `focus()`.
    setTimeout(() => {
      window.focus();
      previous.focus({ preventScroll: true });
    });
  };
  document.addEventListener('pointermove', onPointer, options);
  document.addEventListener('keydown', onKey, options);
  document.addEventListener('focusin', onFocus, options);
  addEventListener('blur', onBlur, options);
  return () => closed.abort();
}
