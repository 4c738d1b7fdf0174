import type { ToolBlock } from '../project/view.ts';
import { isTranslated, toolTitle } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';
import { toolReason } from '../strings/tool-reason.ts';
import { ScrollPane } from '../ui/scroll-pane.tsx';
import { CommandLog } from './command-log.tsx';

/** Lines of a tool's answer that quote the project or its app, by the verb. The rest is addressed to Claude, in English. */
const quotedLines: Readonly<Record<string, RegExp>> = {
  view: /^ *\d+\t/,
  edit: /^ *\d+\t/,
  search: /^\/app.*:\d+: /,
  check_preview: /^(?:- | {4})/,
};

/** A problem's line, its kind in words of the page: `- console: x is not defined (src/App.tsx:3)`. */
function problemLine(line: string): string {
  const kind = /^- (\w+): /.exec(line)?.[1];
  if (kind === 'blank') return strings.sheet.problem.blank ?? '';
  const word = kind === undefined ? undefined : strings.sheet.problem[kind];
  return word === undefined ? line : `${word}: ${line.slice(`- ${kind}: `.length)}`;
}

function quoteOf(verb: string, detail: string): string {
  if (verb === 'server_logs') return detail.slice(detail.indexOf('\n') + 1 || detail.length);
  const isQuoted = quotedLines[verb];
  if (!isQuoted) return '';
  // What the app's page shows as text is not its problems.
  const lines = detail
    .split('\n\n<page>', 1)
    .join('')
    .split('\n')
    .filter((line) => isQuoted.test(line));
  return (verb === 'check_preview' ? lines.map(problemLine) : lines).join('\n');
}

/** What there is to tell of a tool call beside its line: what it printed, why it failed, or what it has found. */
export function ToolDetail({ block, isLive }: { block: ToolBlock; isLive: boolean }) {
  const { detail, fields = {}, name, state, verb } = block;
  if (name === 'bash' || name === 'start_server') return <CommandLog block={block} isLive={isLive} />;
  if (verb === undefined || !isTranslated()) {
    return (
      <ScrollPane class="tool-detail" label={toolTitle(block)}>
        <span lang="en">{detail}</span>
      </ScrollPane>
    );
  }
  const text = state === 'failed' ? toolReason(fields) : quoteOf(verb, detail ?? '');
  return text === '' ? null : (
    <ScrollPane class="tool-detail" label={toolTitle(block)}>
      <span data-quote={state !== 'failed'}>{text}</span>
    </ScrollPane>
  );
}
