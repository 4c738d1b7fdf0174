import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import type { FrameMessage, PickedElement } from '../../src/protocol/bridge-messages.ts';
import { truncateText } from '../../src/protocol/truncate-text.ts';
import { selectorOf } from './css-selector.ts';
import type { ElementSource } from './element-sources.ts';
import { bridgeAttribute } from './page-snapshot.ts';
import { setTimer, swallowErrors } from './untouched-globals.ts';

// `!important`: rules of the page outrank `:host` rules, and its universal selectors match the host element too.
const css = `:host{all:initial!important;position:fixed!important;inset:0!important;z-index:2147483647!important;cursor:crosshair!important}
i{position:fixed;box-sizing:border-box;border:2px solid #1769aa;background:#1769aa26;outline:1px solid #fff;pointer-events:none}
b{position:fixed;max-width:calc(100vw - 8px);padding:2px 6px;overflow:hidden;background:#1769aa;color:#fff;font:12px/1.5 ui-monospace,monospace;
text-overflow:ellipsis;white-space:nowrap;pointer-events:none}`;

const skipped = new Set(['HTML', 'HEAD', 'SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'LINK', 'META', 'BR']);
/** Events that are kept from the app while the visitor picks. */
const capturedEvents = [
  'pointerdown',
  'pointerup',
  'mousedown',
  'mouseup',
  'click',
  'dblclick',
  'contextmenu',
  'touchstart',
  'touchend',
];

export interface Picker {
  set(on: boolean): void;
}

/**
 * Lets the visitor pick an element: by mouse, by touch, or by the arrow keys through the tree. Must be called before the app runs,
 * so that its listeners come first.
 */
export function createPicker(
  sourceOf: (element: Element) => ElementSource,
  send: (message: FrameMessage) => void,
): Picker {
  let host: HTMLElement | null = null;
  let current: Element | null = null;
  let labelled: Element | null = null;
  let isSendDue = false;
  const frame = document.createElement('i');
  const label = document.createElement('b');

  const describe = (element: Element): PickedElement => ({
    selector: selectorOf(element),
    tag: element.tagName.toLowerCase().slice(0, 60),
    text: textOf(element),
    ...sourceOf(element),
  });

  const point = (element: Element | null) => {
    if (!element || !host) return;
    current = element;
    const { left, top, width, height } = element.getBoundingClientRect();
    Object.assign(frame.style, { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` });
    if (labelled === element) return;
    labelled = element;
    const { component, tag, selector } = describe(element);
    label.textContent = component ? `${tag} in ${component}` : selector;
    const above = top >= 26 ? top - 24 : Math.min(innerHeight - 24, Math.max(0, top + height + 2));
    Object.assign(label.style, { left: `${Math.max(4, Math.min(left, innerWidth - 160))}px`, top: `${above}px` });
    sendPointed();
  };

  /** Throttled: a moving pointer passes many elements. */
  const sendPointed = () => {
    if (isSendDue) return;
    isSendDue = true;
    setTimer(() => {
      isSendDue = false;
      if (current) send({ type: 'pointed', element: describe(current) });
    }, 120);
  };

  const under = (x: number, y: number) =>
    document.elementsFromPoint(x, y).find((one) => one !== host && !skipped.has(one.tagName)) ?? null;

  const choose = () => {
    if (!current) return;
    const element = describe(current);
    end();
    send({ type: 'picked', element });
  };

  const end = () => {
    host?.remove();
    host = current = labelled = null;
  };

  const keys: Record<string, () => Element | null | undefined> = {
    ArrowUp: () =>
      current?.parentElement && !skipped.has(current.parentElement.tagName) ? current.parentElement : null,
    ArrowDown: () => (current ? visibleChildren(current)[0] : null),
    ArrowRight: () => siblingOf(current, 1),
    ArrowLeft: () => siblingOf(current, -1),
  };

  const onKey = (event: KeyboardEvent) => {
    if (!host || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = keys[event.key];
    if (event.key === 'Enter' || event.key === ' ') choose();
    else if (event.key === 'Escape') {
      end();
      send({ type: 'unpicked' });
    } else if (next) {
      const element = next();
      if (element) {
        element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
        point(element);
      }
    } else if (event.key === 'Tab') return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  addEventListener('keydown', (event) => swallowErrors(() => onKey(event)), true);
  addEventListener('scroll', () => swallowErrors(() => host && point(current)), { capture: true, passive: true });
  addEventListener(
    'pointermove',
    (event) => {
      if (!host) return;
      event.stopImmediatePropagation();
      swallowErrors(() => point(under(event.clientX, event.clientY)));
    },
    true,
  );
  for (const type of capturedEvents) {
    addEventListener(
      type,
      (event) => {
        if (!host) return;
        event.stopImmediatePropagation();
        // A prevented touch would neither become a click nor scroll.
        if (!type.startsWith('touch')) event.preventDefault();
        if (type !== 'click' || !(event instanceof MouseEvent)) return;
        swallowErrors(() => {
          point(under(event.clientX, event.clientY));
          choose();
        });
      },
      { capture: true, passive: type.startsWith('touch') },
    );
  }

  const begin = () => {
    host = document.createElement('div');
    host.setAttribute(bridgeAttribute, '');
    host.tabIndex = -1;
    const root = host.attachShadow({ mode: 'closed' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    root.append(frame, label);
    document.documentElement.append(host);
    // A popover lies above the app's dialogs.
    if ('showPopover' in host) {
      host.popover = 'manual';
      host.showPopover();
    }
    host.focus({ preventScroll: true });
    point(document.body && (visibleChildren(document.body)[0] ?? document.body));
  };

  return {
    set(on) {
      if (on === (host !== null)) return;
      if (on) begin();
      else end();
    },
  };
}

function visibleChildren(element: Element): Element[] {
  return [...element.children].filter((one) => {
    if (skipped.has(one.tagName) || one.hasAttribute(bridgeAttribute)) return false;
    const { width, height } = one.getBoundingClientRect();
    // An element of a few pixels is text for screen readers.
    return width * height > 4;
  });
}

function siblingOf(element: Element | null, step: 1 | -1): Element | null {
  if (!element?.parentElement || element === document.body) return null;
  const all = visibleChildren(element.parentElement);
  return all[all.indexOf(element) + step] ?? null;
}

function textOf(element: Element): string {
  const named =
    element.getAttribute('aria-label') ?? element.getAttribute('alt') ?? element.getAttribute('placeholder');
  const inner = element instanceof HTMLElement ? element.innerText : element.textContent;
  const text = (inner?.trim() || named || '').replace(/\s+/g, ' ');
  return truncateText(text, bridgeLimits.pickedChars);
}
