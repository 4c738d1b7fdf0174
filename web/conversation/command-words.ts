import type { ToolBlock } from '../project/view.ts';
import { numberOf } from '../strings/formats/number-fields.ts';
import { strings } from '../strings/strings.ts';
import { toolReason } from '../strings/tool-reason.ts';
import { trailingNotes } from './trailing-notes.ts';

const leftOut = /… (\d+) characters are left out here …/g;

/** What a program has printed, without what the tool says beside it in English. */
export function printedBy({ detail, output, verb, state, fields }: ToolBlock): string {
  const answer = detail ?? '';
  const isCommand = verb === 'run' && (fields?.code !== undefined || state === 'started');
  const isServer = verb === 'start_server' && fields?.port !== undefined;
  const rest = isServer
    ? answer.slice(answer.indexOf('\n') + 1 || answer.length)
    : isCommand
      ? answer.slice(0, answer.length - trailingNotes(answer).length).trimEnd()
      : '';
  return (output.text.trimEnd() || rest).replace(leftOut, (_, count) => strings.tools.leftOut(Number(count)));
}

/** How a command ended, and what of its files was not taken; empty while it runs. */
export function endingOf({ state, fields = {} }: ToolBlock): string {
  if (state === 'started') return '';
  const { code, durationMs, more, refused } = fields;
  return [
    toolReason(fields) || (code === 0 ? strings.tools.ran(numberOf(durationMs)) : ''),
    numberOf(refused) > 0 ? strings.tools.refused(numberOf(refused)) : '',
    more === true ? strings.tools.more : '',
  ]
    .filter(Boolean)
    .join(' ');
}
