const focusable = 'a[href], button, input, textarea, select, summary, [contenteditable="true"], [tabindex]';

const isUsable = (element: Element): boolean =>
  element.isConnected &&
  !element.matches(':disabled') &&
  element.closest('[inert]') === null &&
  element.checkVisibility({ visibilityProperty: true });

/** What can have the focus in a place, first what comes after an element that is still there. */
function heir(place: Element, lost: Element): HTMLElement | undefined {
  const all = [...place.querySelectorAll<HTMLElement>(focusable)].filter((one) => one.tabIndex >= 0 && isUsable(one));
  const isAfter = (one: Element) => lost.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
  return (lost.isConnected && all.find(isAfter)) || all[0];
}

/**
 * Keeps the focus where it was when what had it goes away or is switched off: it moves to its neighbour. Without that a keyboard
 * begins at the top of the page again, and a screen reader falls silent.
 */
export function keepFocus(root: HTMLElement): void {
  /** What has the focus and all that it stands in, innermost first. Empty where the visitor has put it nowhere. */
  let held: Element[] = [];

  root.addEventListener('focusin', ({ target }) => {
    held = [];
    for (let one = target instanceof Element ? target : null; one; one = one.parentElement) held.push(one);
  });
  root.addEventListener('focusout', ({ target, relatedTarget }) => {
    // A press beside everything, or another window: that is meant. What goes away is gone a moment later.
    if (relatedTarget !== null) return;
    queueMicrotask(() => {
      const [last] = held;
      if (last && last === target && isUsable(last)) held = [];
    });
  });

  new MutationObserver((changes) => {
    const [lost] = held;
    // Elements come and go all the time: whether it can still be used is asked where it went itself, or something was switched off.
    if (!lost || (lost.isConnected && changes.every(({ type }) => type === 'childList'))) return;
    const active = document.activeElement;
    if ((active !== null && active !== document.body && active !== lost) || isUsable(lost)) return;
    for (const place of held.slice(1)) {
      const next = place.isConnected && heir(place, lost);
      if (!next) continue;
      next.focus({ preventScroll: true });
      return;
    }
  }).observe(root, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['disabled', 'inert', 'hidden'],
  });
}
