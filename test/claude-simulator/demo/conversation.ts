import type Anthropic from '@anthropic-ai/sdk';

export interface Call {
  id: string;
  name: string;
  input: Record<string, unknown>;
  /** Null while there is no result. */
  result: { text: string; isError: boolean } | null;
}

/** One reply of the model since the last prompt. */
export interface Reply {
  calls: Call[];
  /** The note that followed a reply without calls. */
  note: string | null;
}

/** The demo model's knowledge of the conversation, read from the request alone. */
export interface Conversation {
  /** All prompts, oldest first. */
  prompts: string[];
  prompt: string;
  /** Replies since the newest prompt. */
  run: Reply[];
  /** Paths that were created before the newest prompt. */
  created: string[];
  /** Whether the newest prompt came with a note that no file is left. */
  emptied: boolean;
  /** Whether the newest prompt came with a note that a limit ended the last turn early. */
  cutShort: boolean;
  /** Whether older turns were replaced by a summary: the app may exist without any trace in the messages. */
  folded: boolean;
  /** Everything the model has said. */
  said: string;
}

/** Beginnings of user messages that are notes of the loop, not prompts: sent after a reply without tool calls. */
const noteStart = /^(?:You ended your turn without|Your reply was cut off|Go on\.$)/;

/** Notes that Redraw puts before a prompt, on events since the last one. */
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

/** The text of a file from the output of `view`, without line numbers. */
export function textOfView(view: string): string {
  return view
    .split('\n')
    .flatMap((line) => /^\s*\d+(?:\t|: )(.*)$/.exec(line)?.[1] ?? [])
    .join('\n');
}
