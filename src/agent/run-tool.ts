import type { ToolCall } from '../claude/model-reply.ts';
import { invalidJsonKey } from '../claude/reply-builder.ts';
import type { FileDraft } from '../protocol/events.ts';
import type { ToolFailure } from '../protocol/tool-line.ts';
import { takeStart, truncateText } from '../protocol/truncate-text.ts';
import { isEditTool, runEditTool } from '../workspace/edit-tool.ts';
import { previewLine, reportText } from './preview-report-text.ts';
import { isShellTool, onlyReads, toolLine } from './tool-definitions.ts';
import type { ToolOutcome, TurnDeps } from './turn-interfaces.ts';

type ToolDeps = Pick<TurnDeps, 'turn' | 'workspace' | 'preview' | 'shell' | 'journal' | 'isReadOnly'>;

/** All tools answer with text. */
type TextOutcome = ToolOutcome & { content: string };

/** The outcome of a call that was not run, with a sentence for Claude. */
export function notRun(call: ToolCall, reason: ToolFailure, sentence: string): TextOutcome {
  const line = toolLine(call.name, call.input);
  return { content: sentence, isError: true, events: [], ...line, fields: { ...line.fields, reason } };
}

const invalidJson =
  'The input of this call was not valid JSON, or it was cut off. Nothing was done. Send the call again, whole; if a file is long, split it into smaller files.';

const cutOffCall =
  'This call was cut off at the limit of one reply. Nothing was done. Send it again with less text: split a long file into smaller files, or create it short and add to it.';

const readOnly =
  'Nothing was done: in this turn nothing may be changed, and only tools that read work. Answer in words, and say what you would change.';

/** Characters of one answer: a tool's own limits are narrower, and say better how to see the rest. */
const maxAnswerChars = 64_000;

/** Characters of a call's title. */
const maxTitleChars = 600;

function withinLimits(outcome: TextOutcome): TextOutcome {
  const title = truncateText(outcome.title, maxTitleChars);
  const { content } = outcome;
  if (content.length <= maxAnswerChars) return { ...outcome, title, content: content.toWellFormed() };
  const start = takeStart(content, maxAnswerChars - 100);
  const left = content.length - start.length;
  return { ...outcome, title, content: `${start}\n… ${left} more characters are left out here.` };
}

/**
 * Does the asynchronous part of a tool call, and returns the synchronous rest as a function, so that the journal can run it and store
 * its result in one transaction.
 *
 * The answer is well-formed Unicode of at most 64,000 characters, and says what it leaves out.
 *
 * @param truncated whether the reply was truncated in this call: its input is incomplete then
 */
export async function prepareTool(
  deps: ToolDeps,
  call: ToolCall,
  step: number,
  truncated: boolean,
  signal: AbortSignal,
): Promise<() => ToolOutcome> {
  const finish = await runTool(deps, call, step, truncated, signal);
  return () => withinLimits(finish());
}

async function runTool(
  deps: ToolDeps,
  call: ToolCall,
  step: number,
  truncated: boolean,
  signal: AbortSignal,
): Promise<() => TextOutcome> {
  const { name, input } = call;
  if (truncated) return () => notRun(call, 'cut_off', cutOffCall);
  if (typeof input === 'object' && input !== null && invalidJsonKey in input)
    return () => notRun(call, 'cut_off', invalidJson);
  if (deps.isReadOnly && !onlyReads(name, input)) return () => notRun(call, 'read_only', readOnly);
  if (isEditTool(name)) {
    return () => {
      const answer = runEditTool(deps.workspace, name, input);
      if (!answer.ok) return { content: answer.error, isError: true, events: [], ...answer.line };
      const events = answer.changes.map(
        (change): FileDraft => ({ type: 'file', data: { turn: deps.turn, ...change } }),
      );
      return { content: answer.text, isError: false, events, ...answer.line };
    };
  }
  if (name === 'check_preview') {
    deps.journal.announceFileChanges();
    const check = await deps.preview.check(signal);
    return () => ({ content: reportText(check), isError: false, events: [], ...previewLine(check) });
  }
  if (isShellTool(name) && deps.shell) {
    const onOutput = (delta: string): void =>
      deps.journal.emit({ type: 'tool_output', data: { turn: deps.turn, step, id: call.id, delta } });
    const finish = await deps.shell.run(call, onOutput, signal);
    return () => {
      const { text, isError, changes, fields } = finish();
      const events = changes.map((change): FileDraft => ({ type: 'file', data: { turn: deps.turn, ...change } }));
      const line = toolLine(name, input);
      return { content: text, isError, events, ...line, fields: { ...line.fields, ...fields } };
    };
  }
  return () =>
    notRun(
      call,
      'unknown_tool',
      `There is no tool ${JSON.stringify(truncateText(name, 60))} here. Use one of those offered.`,
    );
}
