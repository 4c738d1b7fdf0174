import { bridgeLimits } from '../../src/protocol/bridge-limits.ts';

const depth = 8;

/** Names that a build or a library makes: another build makes others. */
function isStable(name: string): boolean {
  return name.length <= 40 && !/[:[\]/]|\d{3}|^(?:css|sc|_)-?|__\w{5,}$|^is-|^has-/.test(name);
}

function own(element: Element): string {
  const tag = CSS.escape(element.tagName.toLowerCase());
  const test = element.getAttribute('data-testid');
  if (test && test.length <= 60) return `${tag}[data-testid="${CSS.escape(test)}"]`;
  const name = [...element.classList].find(isStable);
  return name ? `${tag}.${CSS.escape(name)}` : tag;
}

function among(element: Element): string {
  const siblings = [...(element.parentElement?.children ?? [])].filter((one) => one.tagName === element.tagName);
  return siblings.length > 1 ? `:nth-of-type(${siblings.indexOf(element) + 1})` : '';
}

/** A short selector that only this element has, made of what is likely to stay. */
export function selectorOf(element: Element): string {
  const isOnly = (selector: string) => document.querySelectorAll(selector).length === 1;
  let path = '';
  let at: Element | null = element;
  for (let step = 0; at && at !== document.documentElement && step < depth; step += 1) {
    const rest = path === '' ? '' : ` > ${path}`;
    if (at.id && isStable(at.id) && isOnly(`#${CSS.escape(at.id)}`)) return cut(`#${CSS.escape(at.id)}${rest}`);
    const name = own(at);
    if (isOnly(name + rest)) return cut(name + rest);
    path = name + among(at) + rest;
    if (isOnly(path)) return cut(path);
    at = at.parentElement;
  }
  return cut(path || element.tagName.toLowerCase());
}

const cut = (selector: string) => selector.slice(0, bridgeLimits.selectorChars);
