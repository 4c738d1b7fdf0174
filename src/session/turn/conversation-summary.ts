import type Anthropic from '@anthropic-ai/sdk';
import { noAnswer } from '../../agent/valid-transcript.ts';
import type { EntryContents, TranscriptEntry } from './transcript-entry.ts';

/** A turn in which Claude summarises the conversation: what the transcript, the events and the page call its prompt. */
export const freshStartPrompt = 'Start fresh';

/** What Claude is asked in such a turn. */
export const summaryInstruction = `Summarise this conversation for yourself. From the next prompt on you will see your summary in place of the conversation; the files stay as they are, and you can view them. Say in at most 700 words: what is being built and for whom, what the person has asked for and decided, in their words where these matter, what they did not want, how the project is made (its main files, and what each is for), and what is open or was promised. Leave out what the files say by themselves, and what no longer holds. Answer with the summary alone. Change nothing: in this turn only tools that read work, and you need none.`;

/** Characters of a summary: what is longer is cut. It is in every later request, outside of what compaction shortens. */
export const maxSummaryChars = 12_000;

/** The text of Claude's last answer in a turn: of all replies after the last tool, as one that is cut off goes on in the next. */
export function summaryIn(entries: readonly TranscriptEntry[]): string {
  const from = entries.findLastIndex(({ kind }) => kind === 'result') + 1;
  return entries
    .slice(from)
    .flatMap((entry) => (entry.kind === 'reply' ? textsOf(entry.content) : []))
    .join('\n\n');
}

const textsOf = ({ content }: EntryContents['reply']): string[] =>
  content.flatMap((block) => (block.type === 'text' && block.text !== noAnswer.text ? [block.text] : []));

/** What requests begin with after a fresh start. Pure: the same summary gives the same bytes. */
export const summaryMessage = (summary: string): Anthropic.MessageParam => ({
  role: 'user',
  content: `The conversation so far, as you have summarised it yourself. The files are as they stand in the workspace now; view them before you change them.\n\n${summary}`,
});
