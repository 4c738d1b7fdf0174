import { createHash } from 'node:crypto';
import { estimateTokens, type Usage } from './compose-message.ts';
import { isObject, type Json } from './json.ts';

/** Blocks before a breakpoint that are checked for an older entry, as in Anthropic's cache. */
const lookBack = 20;

interface Prefix {
  hash: string;
  tokens: number;
  breakpoint: boolean;
}

/** Simulates Anthropic's prompt cache by prefixes, so that `usage` shows whether breakpoints hit. */
export class PromptCache {
  readonly #known = new Set<string>();

  /** Counts a request's tokens and stores its breakpoints. Entries never expire. */
  measure(body: Json, key: string | null): Omit<Usage, 'output_tokens'> {
    const prefixes = listPrefixes(body, key);
    const total = prefixes.at(-1)?.tokens ?? 0;
    const points = prefixes.flatMap((prefix, index) => (prefix.breakpoint ? [index] : []));
    const written = Math.max(0, ...points.map((index) => prefixes[index]?.tokens ?? 0));
    let read = 0;
    for (const point of points) {
      for (const prefix of prefixes.slice(Math.max(0, point - lookBack), point + 1)) {
        if (this.#known.has(prefix.hash)) read = Math.max(read, prefix.tokens);
      }
    }
    for (const { hash, breakpoint } of prefixes) if (breakpoint) this.#known.add(hash);
    return {
      input_tokens: total - written,
      cache_read_input_tokens: read,
      cache_creation_input_tokens: written - read,
    };
  }
}

/** All blocks of a request in cache order (tools, system, messages), each with the hash of the prefix that ends with it. */
function listPrefixes(body: Json, key: string | null): Prefix[] {
  const hash = createHash('sha256').update(JSON.stringify([key, body.model, body.tool_choice, body.thinking]));
  const prefixes: Prefix[] = [];
  let tokens = 0;
  const add = (label: string, block: unknown) => {
    const { cache_control, ...rest } = isObject(block) ? block : { cache_control: undefined, text: block };
    const text = JSON.stringify(rest);
    hash.update(`\n${label}${text}`);
    tokens += estimateTokens(text);
    prefixes.push({ hash: hash.copy().digest('base64'), tokens, breakpoint: isObject(cache_control) });
  };
  for (const tool of asList(body.tools)) add('tool', tool);
  for (const block of asList(body.system)) add('system', block);
  for (const message of asList(body.messages)) {
    if (isObject(message)) for (const block of asList(message.content)) add(String(message.role), block);
  }
  const last = prefixes.at(-1);
  if (last && isObject(body.cache_control)) last.breakpoint = true;
  return prefixes;
}

function asList(value: unknown): unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
