import type Anthropic from '@anthropic-ai/sdk';

export interface Call {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Null where it has none yet. */
  result: { text: string; isError: boolean } | null;
}

/** One reply of the model since the last prompt. */
export interface Reply {
  calls: Call[];
  /** What it was told after a reply without calls. */
  note: string | null;
}

/** What the demo model knows: all of it is read from the request. */
export interface Conversation {
  /** All prompts, the newest last. */
  prompts: string[];
  prompt: string;
  /** Replies since the newest prompt. */
  run: Reply[];
  /** Paths that were created before the newest prompt. */
  created: string[];
  /** Whether the newest prompt came with word that no file is left. */
  emptied: boolean;
  /** Whether the newest prompt came with word that the last turn was cut short by a limit. */
  cutShort: boolean;
  /** Whether older turns were replaced by a summary: the app may be there although nothing here tells of it. */
  folded: boolean;
  /** Everything the model has said. */
  said: string;
}

/** How a message begins that is no prompt of a person: told in the middle of a turn, after a reply without tool calls. */
const noteStart = /^(?:You ended your turn without|Your reply was cut off|Go on\.$)/;

/** What Redraw tells before a prompt of what happened since the last one. */
const noteBefore = /^<note>[\s\S]*?<\/note>\s*/;

const workspaceNote = /\n*<workspace>[\s\S]*<\/workspace>\s*$/;

/** Reads the messages of a request. */
export function readConversation(messages: readonly Anthropic.MessageParam[]): Conversation {
  const conversation: Conversation = {
    prompts: [],
    prompt: '',
    run: [],
    created: [],
    emptied: false,
    cutShort: false,
    folded: false,
    said: '',
  };
  for (const { role, content } of messages) {
    const blocks: Anthropic.ContentBlockParam[] =
      typeof content === 'string' ? [{ type: 'text', text: content }] : content;
    const words = blocks.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n\n');
    if (role === 'assistant') {
      conversation.said += `${words}\n`;
      conversation.run.push({ calls: blocks.flatMap(callOf), note: null });
      continue;
    }
    const last = conversation.run.at(-1);
    for (const block of blocks) {
      const call = block.type === 'tool_result' && last?.calls.find(({ id }) => id === block.tool_use_id);
      if (call) call.result = { text: textOf(block.content), isError: block.is_error === true };
    }
    if (words === '') continue;
    if (last && noteStart.test(words)) {
      last.note = words;
      continue;
    }
    begin(conversation, words);
  }
  return conversation;
}

function begin(conversation: Conversation, words: string): void {
  for (const { calls } of conversation.run) {
    for (const { name, input, result } of calls) {
      if (result?.isError !== false || typeof input.path !== 'string') continue;
      if (input.command === 'create') conversation.created.push(input.path);
      if (name === 'delete_file') conversation.created = conversation.created.filter((path) => path !== input.path);
    }
  }
  conversation.folded ||= words.startsWith('The conversation so far, shortened.');
  conversation.cutShort = /^<note>[^<]*cut short by a usage limit/.test(words);
  conversation.emptied = words.includes('The workspace is empty.');
  conversation.prompt = words.replace(workspaceNote, '').replace(noteBefore, '');
  conversation.prompts.push(conversation.prompt);
  conversation.run = [];
}

function callOf(block: Anthropic.ContentBlockParam): Call[] {
  if (block.type !== 'tool_use') return [];
  return [{ id: block.id, name: block.name, input: block.input as Record<string, unknown>, result: null }];
}

function textOf(content: Anthropic.ToolResultBlockParam['content']): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return content;
  return content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n');
}

/** The text of a file as the `view` command showed it: without its line numbers. */
export function textOfView(view: string): string {
  return view
    .split('\n')
    .flatMap((line) => /^\s*\d+(?:\t|: )(.*)$/.exec(line)?.[1] ?? [])
    .join('\n');
}
