import type { RecordedRequest } from '../claude-simulator/recorded-request.ts';
import type { Answer, Block } from '../claude-simulator/script.ts';

const edit = (id: string, input: Record<string, unknown>): Block => ({
  type: 'tool_use',
  id,
  name: 'str_replace_based_edit_tool',
  input,
});

const usage = { input_tokens: 100, output_tokens: 50, cache_read_input_tokens: 0, cache_creation_input_tokens: 0 };

const page = `<!doctype html>\n<html><body><div id="app"></div>${'<p>A line of the page.</p>\n'.repeat(6)}</body></html>\n`;

/** The first reply: thinks, speaks, and writes two files. */
export const writes: Answer = {
  usage,
  chunkSize: 40,
  content: [
    { type: 'thinking', thinking: 'A page first, and then the script that it loads. Both are small.' },
    'I begin with the page, and the script that it loads comes right after it.',
    edit('toolu_page', { command: 'create', path: '/app/index.html', file_text: page }),
    edit('toolu_main', { command: 'create', path: '/app/src/main.ts', file_text: 'document.title = "one";\n' }),
  ],
};

/** The second reply: changes, adds, removes, and looks at the preview. */
export const changes: Answer = {
  usage,
  chunkSize: 40,
  content: [
    'Now the title, and a style of its own; then I look at what came of it.',
    edit('toolu_title', { command: 'str_replace', path: '/app/src/main.ts', old_str: '"one"', new_str: '"two"' }),
    edit('toolu_style', { command: 'create', path: '/app/src/style.css', file_text: 'body { color: teal }\n' }),
    {
      type: 'tool_use',
      id: 'toolu_rename',
      name: 'rename_file',
      input: { from: '/app/src/style.css', to: '/app/a.css' },
    },
    { type: 'tool_use', id: 'toolu_look', name: 'check_preview', input: {} },
  ],
};

/** The second reply, broken off in the middle of its first tool call so that the step is retried. */
export const breaksOff: Answer = { ...changes, streamError: { at: 10 } };

/** The third reply: done. */
export const ends: Answer = {
  usage,
  chunkSize: 40,
  content: ['The page stands, with a title and a style. Nothing is left to do.'],
};

/**
 * Counts the replies after the newest prompt in the transcript of a request (`step`), and the messages before that prompt (`earlier`).
 * Prompts of these tests begin with "Build".
 */
export function stepOf(request: RecordedRequest): { step: number; earlier: number } {
  const messages = request.body?.messages ?? [];
  const prompt = messages.findLastIndex(({ content }) => JSON.stringify(content).includes('Build'));
  return { step: messages.slice(prompt).filter(({ role }) => role === 'assistant').length, earlier: prompt };
}

/** Answers by the state of the transcript, so that a repeated step gets the same answer. The second step breaks off at its first attempt. */
export function longTurn(request: RecordedRequest, requests: readonly RecordedRequest[]): Answer {
  const { step } = stepOf(request);
  if (step !== 1) return step === 0 ? writes : ends;
  const asked = requests.filter((one) => one.key === request.key && one.rawBody === request.rawBody).length;
  return asked === 1 ? breaksOff : changes;
}

/** The files after the turn. */
export const filesAfter = {
  'a.css': 'body { color: teal }\n',
  'index.html': page,
  'src/main.ts': 'document.title = "two";\n',
};
