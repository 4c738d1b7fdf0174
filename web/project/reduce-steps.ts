import { appendDelta, firstDelta, truncateFrom } from './streamed-text.ts';
import type { Block, EventOf, FileChange, FileDraft, Step, TextBlock, ToolBlock } from './view.ts';

type Steps = readonly Step[];

function withBlocks(steps: Steps, step: number, change: (blocks: readonly Block[]) => readonly Block[]): Steps {
  const index = steps.findLastIndex((each) => each.step === step);
  const found = steps[index];
  if (found) return steps.with(index, { step, blocks: change(found.blocks) });
  const added: Step = { step, blocks: change([]) };
  const before = steps.findLastIndex((each) => each.step < step) + 1;
  return steps.toSpliced(before, 0, added);
}

function replaceTool(blocks: readonly Block[], id: string, change: (found: ToolBlock | null) => ToolBlock) {
  const index = blocks.findLastIndex((block) => block.kind === 'tool' && block.id === id);
  const found = blocks[index];
  if (found?.kind === 'tool') return blocks.with(index, change(found));
  return [...blocks, change(null)];
}

export function addDelta(steps: Steps, event: EventOf<'text' | 'thinking'>): Steps {
  const { seq, type, data } = event;
  return withBlocks(steps, data.step, (blocks) => {
    const last = blocks.at(-1);
    if (last?.kind === type) return blocks.with(-1, { ...last, ...appendDelta(last, seq, data.delta) });
    return [...blocks, { kind: type, firstSeq: seq, ...firstDelta(seq, data.delta) }];
  });
}

export function addFileDelta(steps: Steps, { seq, data }: EventOf<'file_delta'>): Steps {
  return withBlocks(steps, data.step, (blocks) =>
    replaceTool(blocks, data.id, (tool) => {
      if (!tool) {
        const draft: FileDraft = { path: data.path, ...firstDelta(seq, data.delta) };
        return {
          kind: 'tool',
          id: data.id,
          name: '',
          title: '',
          state: 'writing',
          detail: null,
          draft,
          output: '',
          files: [],
          firstSeq: seq,
        };
      }
      if (tool.state === 'done' || tool.state === 'failed') return tool;
      const text = tool.draft ? appendDelta(tool.draft, seq, data.delta) : firstDelta(seq, data.delta);
      return { ...tool, draft: { path: data.path, ...text } };
    }),
  );
}

/** Appends output of a command. Its `tool` event always comes first. */
export function addOutput(steps: Steps, { data }: EventOf<'tool_output'>): Steps {
  return withBlocks(steps, data.step, (blocks) =>
    blocks.map((block) =>
      block.kind === 'tool' && block.id === data.id ? { ...block, output: block.output + data.delta } : block,
    ),
  );
}

/** @param changes file changes since the last tool ended; they are this tool's if it has ended */
export function addTool(steps: Steps, { seq, data }: EventOf<'tool'>, changes: readonly FileChange[]): Steps {
  const ended = data.state !== 'started';
  return withBlocks(steps, data.step, (blocks) =>
    replaceTool(blocks, data.id, (tool) => ({
      kind: 'tool',
      id: data.id,
      name: data.name,
      title: data.title,
      state: data.state,
      detail: data.detail ?? null,
      draft: ended ? null : (tool?.draft ?? null),
      output: tool?.output ?? '',
      files: ended ? changes : [],
      firstSeq: tool && tool.state !== 'writing' ? tool.firstSeq : seq,
    })),
  );
}

function truncateBlock(block: Block, fromSeq: number): Block[] {
  if (block.kind !== 'tool') {
    const rest = truncateFrom(block, fromSeq);
    return rest ? [rest === block ? block : { ...block, ...rest }] : [];
  }
  if (block.state === 'done' || block.state === 'failed') return [block];
  if (block.firstSeq >= fromSeq) return [];
  const rest = block.draft && truncateFrom(block.draft, fromSeq);
  return [{ ...block, draft: rest && block.draft ? { path: block.draft.path, ...rest } : null }];
}

/** Removes what a step streamed from `fromSeq` on. Ended tools stay. */
export function discardStep(steps: Steps, { data }: EventOf<'step_discarded'>): Steps {
  if (!steps.some((each) => each.step === data.step)) return steps;
  return withBlocks(steps, data.step, (blocks) => blocks.flatMap((block) => truncateBlock(block, data.fromSeq)));
}

function mergeTexts(blocks: readonly Block[]): Block[] {
  const merged: Block[] = [];
  for (const block of blocks) {
    const last = merged.at(-1);
    if (last && last.kind !== 'tool' && block.kind === last.kind) {
      const joined: TextBlock = { ...last, text: last.text + block.text };
      merged[merged.length - 1] = joined;
    } else merged.push(block);
  }
  return merged;
}

function finalizeBlock(block: Block): Block {
  return block.kind === 'tool' ? { ...block, draft: null, firstSeq: 0 } : { ...block, marks: null, firstSeq: 0 };
}

/**
 * The steps of an ended turn: without drafts, with neighbouring texts joined. A turn that was watched live thus equals the same turn
 * replayed from its compacted log.
 */
export function finalizeSteps(steps: Steps): Steps {
  return steps
    .map(({ step, blocks }) => {
      const kept = blocks.filter((block) => (block.kind === 'tool' ? block.state !== 'writing' : block.text !== ''));
      return { step, blocks: mergeTexts(kept.toSorted((a, b) => a.firstSeq - b.firstSeq)).map(finalizeBlock) };
    })
    .filter(({ blocks }) => blocks.length > 0);
}
