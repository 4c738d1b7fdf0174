import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';
import { truncateText } from '../../src/protocol/truncate-text.ts';

/** Attribute of the elements that the bridge itself adds to the page. */
export const bridgeAttribute = 'data-redraw-overlay';

const skippedTags = new Set(['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'LINK', 'META']);
/** Elements that draw something by themselves. */
const pictureSelector =
  'img,svg,canvas,video,audio[controls],iframe,object,embed,input,button,select,textarea,progress,meter,hr';
/** Attributes that the snapshot shows. */
const shownAttributes = ['type', 'name', 'placeholder', 'href', 'src', 'alt', 'role', 'aria-label', 'disabled', 'open'];

function isShown(element: Element): boolean {
  return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
}

/** Whether the page shows nothing: no text, no picture, no coloured area. */
export function isBlank(): boolean {
  const { body } = document;
  if (!body || document.querySelector('meta[name=redraw-placeholder]')) return true;
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let count = 0; count < 3000; count += 1) {
    const node = walker.nextNode();
    if (!node) return true;
    if (node instanceof Text) {
      const parent = node.parentElement;
      if (node.data.trim() !== '' && parent && !skippedTags.has(parent.tagName) && isShown(parent)) return false;
    } else if (node instanceof Element && !skippedTags.has(node.tagName) && !node.hasAttribute(bridgeAttribute)) {
      const { width, height } = node.getBoundingClientRect();
      if (width * height < 4) continue;
      if (node.matches(pictureSelector)) {
        if (isShown(node)) return false;
      } else {
        const style = getComputedStyle(node);
        const painted =
          style.backgroundImage !== 'none' || !/^(?:transparent|rgba\(.*, 0\))$/.test(style.backgroundColor);
        if (painted && isShown(node)) return false;
      }
    }
  }
  return false;
}

function clean(text: string, most: number): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return truncateText(plain, most);
}

function label(element: Element): string {
  const classes = [...element.classList].slice(0, 3).map((name) => `.${name}`);
  let text = element.tagName.toLowerCase() + (element.id ? `#${element.id}` : '') + classes.join('');
  for (const name of shownAttributes) {
    const value = element.getAttribute(name);
    if (value !== null) text += value === '' ? ` ${name}` : ` ${name}="${clean(value, 80)}"`;
  }
  if (element instanceof HTMLInputElement && element.type !== 'password') {
    if (element.type === 'checkbox' || element.type === 'radio') text += element.checked ? ' checked' : '';
    else if (element.value) text += ` value="${clean(element.value, 80)}"`;
  }
  return text;
}

/** Child elements and texts. Adjacent texts are joined, as a reader sees them. */
function childrenOf(element: Element): (Element | string)[] {
  const children: (Element | string)[] = [];
  for (const node of element.childNodes) {
    const last = children.at(-1);
    if (node instanceof Element) children.push(node);
    else if (!(node instanceof Text)) continue;
    else if (typeof last === 'string') children[children.length - 1] = last + node.data;
    else children.push(node.data);
  }
  return children.filter((child) => typeof child !== 'string' || child.trim() !== '');
}

/** The DOM as indented text, for a person or a model to read. */
export function snapshot(): string {
  const lines: string[] = [];
  let size = 0;
  const add = (depth: number, text: string): boolean => {
    const line = '  '.repeat(Math.min(depth, 20)) + text;
    size += line.length + 1;
    if (size > bridgeLimits.snapshotChars - 20) {
      if (lines.at(-1) !== '…') lines.push('…');
      return false;
    }
    lines.push(line);
    return true;
  };
  const visit = (element: Element, depth: number): boolean => {
    if (skippedTags.has(element.tagName) || element.hasAttribute(bridgeAttribute)) return true;
    const shown = element === document.body || isShown(element);
    if (!shown) return add(depth, `${label(element)} (hidden)`);
    const children = element.tagName.toLowerCase() === 'svg' ? [] : childrenOf(element);
    const [only] = children;
    if (children.length === 1 && typeof only === 'string') return add(depth, `${label(element)} "${clean(only, 300)}"`);
    return (
      add(depth, label(element)) &&
      children.every((child) =>
        typeof child === 'string' ? add(depth + 1, `"${clean(child, 300)}"`) : visit(child, depth + 1),
      )
    );
  };
  if (document.body) visit(document.body, 0);
  return lines.join('\n');
}
