import { findColour } from './palette.ts';

/** The changes that a prompt asks for, as far as the demo model understands it. */
export interface Wishes {
  dark?: boolean;
  colour?: string;
  title?: string;
  /** The label of a new field. */
  field?: string;
}

const quoted = /["“«]([^"”»]{1,60})["”»]/;

const fieldPatterns = [
  /\b(?:field|input|column)\s+(?:for|called|named|labell?ed)\s+(?:the |an? |my |each )?["“']?([\p{L}\d][\p{L}\d -]{0,30}?)["”']?(?=[.,;!?]|\s+(?:and|to|in|on|so|that)\b|$)/iu,
  /\b(?:add|with|want|need|put in)\s+(?:an? |another |the )?(?:new )?["“']?([\p{L}\d][\p{L}\d -]{0,30}?)["”']?\s+(?:field|input|column)\b/iu,
  /\b(?:also )?ask (?:me )?for (?:the |an? |my |their )?([\p{L}\d][\p{L}\d -]{0,30}?)(?=[.,;!?]|\s+(?:and|too|as well)\b|$)/iu,
];

const titlePatterns = [
  /\b(?:rename|retitle)\s+(?:it|this|that|the \p{L}+)?\s*(?:to|as|into)?\s+(.+)/iu,
  /\bcall(?:ed)?\s+(?:it |this |the app |the page )?(.+)/iu,
  /\bnamed\s+(.+)/iu,
  /\bnenn(?:e|en Sie)?\s+(?:es|sie|die App)\s+(.+)/iu,
  /\bappel(?:le|ez)-l[ea]\s+(.+)/iu,
  /\b(?:title|name|heading|headline)\s+(?:to|be|should be|is|into|:)\s+(.+)/iu,
];

const titleEnd = /[.,;!?\n]|\s(?:and|with|in (?:dark|light|green|blue|red)|that|please)\b/i;

const lightAgain =
  /\b(?:light (?:mode|theme)|light again|lighter|no dark|not dark|heller?|wieder hell|en clair|plus claire?|out of dark|back to light|(?:make|turn|set|have) (?:it|this|that|everything|the \p{L}+) light|go light)\b/iu;

/** Parses the wishes in a prompt. */
export function readWishes(prompt: string): Wishes {
  const wishes: Wishes = {};
  let rest = prompt;

  const field = readField(rest);
  if (field) {
    wishes.field = field.label;
    rest = rest.replace(field.said, ' ');
  }
  const title = readTitle(rest);
  if (title) {
    wishes.title = title.name;
    rest = rest.replace(title.said, ' ');
  }
  const colour = findColour(rest);
  if (colour) {
    wishes.colour = colour.name;
    rest = rest.replace(colour.said, ' ');
  }
  if (lightAgain.test(rest)) wishes.dark = false;
  else if (/(?<!\p{L})(?:dark|darker|night|dunkle?r?|dunkel|sombre|foncée?)(?!\p{L})/iu.test(rest)) wishes.dark = true;
  return wishes;
}

function readField(text: string): { label: string; said: string } | null {
  for (const pattern of fieldPatterns) {
    const match = pattern.exec(text);
    if (match?.[1]) return { label: capitalise(match[1].trim()), said: match[0] };
  }
  const said = /\b(?:new|another|one more|extra) field\b/i.exec(text)?.[0];
  return said ? { label: 'Notes', said } : null;
}

function readTitle(text: string): { name: string; said: string } | null {
  for (const pattern of titlePatterns) {
    const match = pattern.exec(text);
    if (!match?.[1]) continue;
    const inQuotes = quoted.exec(match[1]);
    const name = (inQuotes?.[1] ?? match[1].split(titleEnd)[0] ?? '').trim().slice(0, 40);
    if (name !== '') return { name, said: match[0].slice(0, match[0].indexOf(name) + name.length) };
  }
  return null;
}

const request =
  /^(?:please\s+|hi,?\s+|hello,?\s+)*(?:(?:can|could) you\s+)?(?:(?:please\s+)?(?:build|make|create|design|write|give|show|i want|i need|i would like|i'd like)\s+)?(?:me\s+|us\s+|to have\s+)?(?:an?|the|my|our|some)?\s*(?:(?:small|little|simple|tiny|nice|cool|basic|minimal|beautiful)\s+)*/i;

/** The title of an app from a prompt: the noun phrase without the request around it. */
export function titleFromPrompt(prompt: string): string {
  const thing = prompt
    .replace(request, '')
    .split(/[.,;:!?\n]|\s(?:that|which|where|with|for|to|so|in|about)\b/i)[0]
    ?.replace(/\s+(?:web ?)?(?:app|application|page|site|website|tool)$/i, '')
    .trim();
  return thing && thing.length <= 32 ? capitalise(thing) : 'Board';
}

function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
