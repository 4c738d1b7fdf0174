/** Milliseconds after a key press, or after going to a field, during which somebody without a mouse is taken to be typing. */
const typingMs = 3000;
/** Milliseconds after Tab during which the focus may move into the app. */
const tabMs = 500;
/** Pixels that a pointer moves on its way to the app, and how far from it a page may see it last. */
const wayPx = 24;
const nearPx = 200;
/** Milliseconds after which a second try without a key in between is taken to be a second click. */
const clickMs = 400;
/** How often an app may take the focus from who types: one that goes to a field of its own as it starts does so once. */
const patience = 2;
/** Milliseconds after which that is forgotten. */
const forgiveMs = 10_000;

interface Point {
  x: number;
  y: number;
}

function isField(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/**
 * Keeps an app from taking the keyboard while the visitor types into the page: a frame may call `focus()` at any time, and would get
 * the prompt in place of the field. The focus goes back, unless the visitor has gone there. A page is not told of clicks into a frame
 * of another origin, nor that the pointer is over it: what it sees is the pointer on its way there, and Tab.
 *
 * @param stage the element that holds the frames
 * @param insists the app in this frame goes on: nothing but taking it away keeps the keyboard from it
 * @returns ends the guard
 */
export function guardFocus(stage: HTMLElement, insists: (frame: Element) => void): () => void {
  const ends = new AbortController();
  const options = { capture: true, passive: true, signal: ends.signal };
  const hovers = matchMedia('(hover: hover)');
  let field = isField(document.activeElement) ? document.activeElement : null;
  /** Where the pointer was first and last seen since the visitor was last at a field. */
  let from: Point | null = null;
  let at: Point | null = null;
  let keyAt = Number.NEGATIVE_INFINITY;
  let fieldAt = Number.NEGATIVE_INFINITY;
  let tabAt = Number.NEGATIVE_INFINITY;
  let takenAt = Number.NEGATIVE_INFINITY;
  let taken = 0;

  const isNear = ({ x, y }: Point) => {
    const { left, right, top, bottom } = stage.getBoundingClientRect();
    return x > left - nearPx && x < right + nearPx && y > top - nearPx && y < bottom + nearPx;
  };
  const hasGone = (now: number) => {
    if (now - tabAt < tabMs) return true;
    if (!hovers.matches && now - Math.max(keyAt, fieldAt) > typingMs) return true;
    if (keyAt < takenAt && now - takenAt > clickMs) return true;
    return from !== null && at !== null && Math.hypot(at.x - from.x, at.y - from.y) > wayPx && isNear(at);
  };
  const onPointer = ({ clientX: x, clientY: y }: PointerEvent) => {
    at = { x, y };
    from ??= at;
  };
  const onKey = ({ key, timeStamp }: KeyboardEvent) => {
    from = at = null;
    if (key === 'Tab') tabAt = timeStamp;
    else keyAt = timeStamp;
  };
  const onFocus = ({ target, timeStamp }: FocusEvent) => {
    if (target instanceof Node && stage.contains(target)) return;
    field = isField(target) ? target : null;
    fieldAt = timeStamp;
    from = at = null;
  };
  const onBlur = ({ target, timeStamp: now }: FocusEvent) => {
    const frame = document.activeElement;
    if (target !== window || !field?.isConnected || !frame || !stage.contains(frame) || hasGone(now)) return;
    const wanted = field;
    taken = now - takenAt > forgiveMs ? 1 : taken + 1;
    takenAt = now;
    if (taken > patience) insists(frame);
    // Not before the browser is done with what the app has asked for.
    setTimeout(() => {
      window.focus();
      wanted.focus({ preventScroll: true });
    });
  };
  document.addEventListener('pointermove', onPointer, options);
  document.addEventListener('keydown', onKey, options);
  document.addEventListener('focusin', onFocus, options);
  addEventListener('blur', onBlur, options);
  return () => ends.abort();
}
