import type { PickedElement } from '../../src/protocol/bridge-messages.ts';
import { withoutOwnTags } from '../../src/protocol/own-tags.ts';

/** A picked element in one line, for a person: `Timer › button “Start”`. Written by an untrusted app: render it as text only. */
export function pickedLabel({ tag, component, text }: PickedElement): string {
  const name = component ? `${component} › ${tag}` : tag;
  return text === '' ? name : `${name} “${text.length > 40 ? `${text.slice(0, 39)}…` : text}”`;
}

/** A picked element as a block of text in the prompt, for Claude. */
export function pickedBlock({ selector, tag, component, text, spot }: PickedElement): string {
  const lines = [
    'I mean this element of the preview:',
    `- element: <${tag}>`,
    `- selector: ${oneLine(selector)}`,
    ...(text === '' ? [] : [`- text: ${oneLine(JSON.stringify(text))}`]),
    ...(component ? [`- component: ${oneLine(component)}`] : []),
    ...(spot ? [`- source: ${oneLine(spot.file)}${spot.line === undefined ? '' : `:${spot.line}`}`] : []),
  ];
  return lines.join('\n');
}

/** The app's words stand in the visitor's prompt: they must not speak as Redraw. */
const oneLine = (text: string) => withoutOwnTags(text.replace(/\s+/g, ' '));
