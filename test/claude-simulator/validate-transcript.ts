import { isObject, type Json } from './json.ts';
import { blankText, findBlockFault, isBlank } from './validate-block.ts';
import { findManyImagesFault } from './validate-images.ts';

interface Turn {
  role: unknown;
  /** Index of its first message, as counted in Anthropic's errors. */
  at: number;
  content: Json[];
}

/** The first fault in a request's messages, in Anthropic's words, or null. */
export function findTranscriptFault(body: Json): string | null {
  const { messages } = body;
  if (!Array.isArray(messages)) return 'messages: Input should be a valid list';
  if (messages.length === 0) return 'messages: at least one message is required';
  if (messages.length > 100_000) return 'messages: List should have at most 100000 items';
  for (const [at, message] of messages.entries()) {
    const fault = isObject(message)
      ? findMessageFault(message, at)
      : `messages.${at}: Input should be a valid dictionary`;
    if (fault) return fault;
  }
  const turns = mergeTurns(messages);
  if (turns[0]?.role !== 'user') return 'messages: first message must use the "user" role';
  if (turns.at(-1)?.role !== 'user') {
    return 'This model does not support assistant message prefill. The conversation must end with a user message.';
  }
  return (
    findPairingFault(turns) ??
    findLastBlockFault(turns) ??
    findThinkingFault(turns, body.thinking) ??
    findManyImagesFault(messages)
  );
}

function findMessageFault(message: Json, at: number): string | null {
  const { role, content } = message;
  if (role !== 'user' && role !== 'assistant') {
    return `messages: Unexpected role "${String(role)}". The Messages API accepts a top-level \`system\` parameter, not "system" as an input message role.`;
  }
  if (content === undefined) return `messages.${at}.content: Field required`;
  const extra = Object.keys(message).find((field) => field !== 'role' && field !== 'content');
  if (extra) return `messages.${at}.${extra}: Extra inputs are not permitted`;
  if (content === '' || (Array.isArray(content) && content.length === 0)) {
    return `messages.${at}: all messages must have non-empty content except for the optional final assistant message`;
  }
  if (typeof content === 'string') {
    return isBlank(content) ? blankText : null;
  }
  if (!Array.isArray(content)) return `messages.${at}.content: Input should be a valid list`;
  for (const [index, block] of content.entries()) {
    const fault = isObject(block) ? findBlockFault(block, role) : ': Input should be a valid dictionary';
    if (fault) return fault.startsWith('messages:') ? fault : `messages.${at}.content.${index}${fault}`;
  }
  return null;
}

/** Merges consecutive messages of one role, as Anthropic does. */
function mergeTurns(messages: readonly Json[]): Turn[] {
  const turns: Turn[] = [];
  for (const [at, { role, content }] of messages.entries()) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content }] : (content as Json[]);
    const last = turns.at(-1);
    if (last && last.role === role) last.content.push(...blocks);
    else turns.push({ role, at, content: [...blocks] });
  }
  return turns;
}

function findPairingFault(turns: readonly Turn[]): string | null {
  const seen = new Set<unknown>();
  let open: unknown[] = [];
  for (const { role, at, content } of turns) {
    if (role === 'assistant') {
      open = content.filter((block) => block.type === 'tool_use').map((block) => block.id);
      for (const id of open) {
        if (seen.has(id)) return 'messages: `tool_use` ids must be unique';
        seen.add(id);
      }
      continue;
    }
    const answered = new Set<unknown>();
    for (const [index, block] of content.entries()) {
      if (block.type !== 'tool_result') continue;
      const id = block.tool_use_id;
      if (!open.includes(id)) {
        return `messages.${at}.content.${index}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${String(id)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
      }
      if (answered.has(id)) {
        return `messages.${at}.content.${index}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${String(id)}`;
      }
      // A result behind text does not count as a result.
      if (content.slice(0, index).some((before) => before.type !== 'tool_result')) break;
      answered.add(id);
    }
    const missing = open.filter((id) => !answered.has(id));
    if (missing.length > 0) {
      return `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
    }
    open = [];
  }
  return null;
}

function findLastBlockFault(turns: readonly Turn[]): string | null {
  const found = turns.find(
    ({ role, content }) => role === 'assistant' && /thinking$/.test(String(content.at(-1)?.type)),
  );
  return found ? `messages.${found.at}: The final block in an assistant message cannot be \`thinking\`.` : null;
}

/** With thinking enabled, a reply whose tool results come next must still begin with its thinking. */
function findThinkingFault(turns: readonly Turn[], thinking: unknown): string | null {
  if (!isObject(thinking) || thinking.type !== 'enabled') return null;
  const [reply, results] = turns.slice(-2);
  if (!reply || !results?.content.some((block) => block.type === 'tool_result')) return null;
  const first = reply.content[0]?.type;
  if (first === 'thinking' || first === 'redacted_thinking') return null;
  return `messages.${reply.at}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${String(first)}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block (preceeding the lastmost set of \`tool_use\` and \`tool_result\` blocks).`;
}
