const focusable = 'a[href], button, input, textarea, select, summary, [contenteditable="true"], [tabindex]';

const isUsable = (element: Element): boolean =>
  element.isConnected &&
  !element.matches(':disabled') &&
  element.closest('[inert]') === null &&
  element.checkVisibility({ visibilityProperty: true });

/** The element inside a container that gets the focus next: the first after the lost one, or else the first of all. */
function nextFocusable(container: Element, lost: Element): HTMLElement | undefined {
  const all = [...container.querySelectorAll<HTMLElement>(focusable)].filter(
    (element) => element.tabIndex >= 0 && isUsable(element),
  );
  const isAfter = (element: Element) => lost.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
  return (lost.isConnected && all.find(isAfter)) || all[0];
}

/**
 * Moves the focus to a neighbour when the focused element is removed or disabled. Otherwise keyboard users would start again at the
 * top of the page, and a screen reader would fall silent.
 */
export function keepFocus(root: HTMLElement): void {
  /** The focused element and its ancestors, innermost first. Empty if the visitor removed the focus. */
  let focused: Element[] = [];

  root.addEventListener('focusin', ({ target }) => {
    focused = [];
    for (let each = target instanceof Element ? target : null; each; each = each.parentElement) focused.push(each);
  });
  root.addEventListener('focusout', ({ target, relatedTarget }) => {
    // A click beside all controls, or on another window, removes the focus on purpose. An element that is being removed is
    // unusable a microtask later.
    if (relatedTarget !== null) return;
    queueMicrotask(() => {
      const [last] = focused;
      if (last && last === target && isUsable(last)) focused = [];
    });
  });

  new MutationObserver((changes) => {
    const [lost] = focused;
    // Cheap checks first, because elements come and go all the time: the element itself was removed, or an attribute changed.
    if (!lost || (lost.isConnected && changes.every(({ type }) => type === 'childList'))) return;
    const active = document.activeElement;
    if ((active !== null && active !== document.body && active !== lost) || isUsable(lost)) return;
    for (const ancestor of focused.slice(1)) {
      const next = ancestor.isConnected && nextFocusable(ancestor, lost);
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
