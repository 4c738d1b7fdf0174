import type Anthropic from '@anthropic-ai/sdk';
import { applyCompaction, planCompaction } from '../src/agent/transcript-compaction.ts';
import { noCompaction, type TranscriptMessage } from '../src/agent/transcript-message.ts';
import { validTranscript } from '../src/agent/valid-transcript.ts';
import type { Part } from './support/part.ts';
import { type Row, row } from './support/report.ts';

const turnCounts = [100, 200, 400] as const;

/** Milliseconds before the request for the newest turn can be made, by the number of turns. */
type CompactionSamples = Record<(typeof turnCounts)[number], number[]>;

/** A turn that writes a file and views it. */
function turn(id: number): TranscriptMessage[] {
  const text = `const line = ${id};\n`.repeat(120);
  const call = (n: number, input: object): Anthropic.ToolUseBlockParam => ({
    type: 'tool_use',
    id: `toolu_${id}_${n}`,
    name: 'str_replace_based_edit_tool',
    input,
  });
  const result = (n: number, content: string): Anthropic.MessageParam => ({
    role: 'user',
    content: [{ type: 'tool_result', tool_use_id: `toolu_${id}_${n}`, content }],
  });
  const messages: Anthropic.MessageParam[] = [
    { role: 'user', content: [{ type: 'text', text: `Prompt ${id}` }] },
    { role: 'assistant', content: [call(1, { command: 'create', path: 'a.ts', file_text: text })] },
    result(1, 'Written.'),
    { role: 'assistant', content: [call(2, { command: 'view', path: 'a.ts' })] },
    result(2, text),
    { role: 'assistant', content: [{ type: 'text', text: `Turn ${id} is done.` }] },
  ];
  return messages.map((message) => ({ turn: `t${id}`, message }));
}

/** Compacts transcripts that were never measured before, as after an eviction: the slowest case. */
export const compaction: Part = {
  name: 'compaction',
  async run({ repeat }) {
    const samples: CompactionSamples = { 100: [], 200: [], 400: [] };
    await repeat({ least: 4, most: 16 }, (at) => {
      for (const turns of turnCounts) {
        const messages = Array.from({ length: turns }, (_, id) => turn(id)).flat();
        const from = performance.now();
        const compaction = planCompaction(messages, 20_000, noCompaction);
        validTranscript(applyCompaction(messages, compaction), () => null);
        // The first rounds warm up.
        if (at > 1) samples[turns].push(performance.now() - from);
      }
    });
    return rowsOf(samples);
  },
};

function rowsOf(samples: CompactionSamples): Row[] {
  const ratio = (from: keyof CompactionSamples, to: keyof CompactionSamples) =>
    samples[to].map((ms, at) => ms / (samples[from][at] ?? Number.NaN));
  return [
    ...turnCounts.map((turns) => row(`compaction.${turns}`, `compaction of ${turns} turns`, 'ms', samples[turns])),
    row('compaction.200-by-100', 'compaction of 200 turns, times that of 100', 'x', ratio(100, 200)),
    row('compaction.400-by-200', 'compaction of 400 turns, times that of 200', 'x', ratio(200, 400)),
  ];
}
