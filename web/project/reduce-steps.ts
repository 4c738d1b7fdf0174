import { appendDelta, cutFrom, sprout } from './growing-text.ts';
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
    return [...blocks, { kind: type, at: seq, ...sprout(seq, data.delta) }];
  });
}

export function addFileDelta(steps: Steps, { seq, data }: EventOf<'file_delta'>): Steps {
  return withBlocks(steps, data.step, (blocks) =>
    replaceTool(blocks, data.id, (tool) => {
      if (!tool) {
        const draft: FileDraft = { path: data.path, ...sprout(seq, data.delta) };
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
          at: seq,
        };
      }
      if (tool.state === 'done' || tool.state === 'failed') return tool;
      const text = tool.draft ? appendDelta(tool.draft, seq, data.delta) : sprout(seq, data.delta);
      return { ...tool, draft: { path: data.path, ...text } };
    }),
  );
}

/** What a command prints: it comes after its call was announced. */
export function addOutput(steps: Steps, { data }: EventOf<'tool_output'>): Steps {
  return withBlocks(steps, data.step, (blocks) =>
    blocks.map((block) =>
      block.kind === 'tool' && block.id === data.id ? { ...block, output: block.output + data.delta } : block,
    ),
  );
}

/** @param changes what was done to files since the last tool ended: the work of this one, where it has ended */
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
      at: tool && tool.state !== 'writing' ? tool.at : seq,
    })),
  );
}

function cutBlock(block: Block, fromSeq: number): Block[] {
  if (block.kind !== 'tool') {
    const rest = cutFrom(block, fromSeq);
    return rest ? [rest === block ? block : { ...block, ...rest }] : [];
  }
  if (block.state === 'done' || block.state === 'failed') return [block];
  if (block.at >= fromSeq) return [];
  const rest = block.draft && cutFrom(block.draft, fromSeq);
  return [{ ...block, draft: rest && block.draft ? { path: block.draft.path, ...rest } : null }];
}

/** Takes back what a step had streamed from `fromSeq` on; tools that have ended stay. */
export function discardStep(steps: Steps, { data }: EventOf<'step_discarded'>): Steps {
  if (!steps.some((each) => each.step === data.step)) return steps;
  return withBlocks(steps, data.step, (blocks) => blocks.flatMap((block) => cutBlock(block, data.fromSeq)));
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

function settleBlock(block: Block): Block {
  return block.kind === 'tool' ? { ...block, draft: null, at: 0 } : { ...block, marks: null, at: 0 };
}

/**
 * The steps of a turn that has ended: what is left of it once drafts are gone and deltas are joined, so that a turn looks the same
 * whether it was watched live or replayed from its compacted log.
 */
export function settleSteps(steps: Steps): Steps {
  return steps
    .map(({ step, blocks }) => {
      const kept = blocks.filter((block) => (block.kind === 'tool' ? block.state !== 'writing' : block.text !== ''));
      return { step, blocks: mergeTexts(kept.toSorted((a, b) => a.at - b.at)).map(settleBlock) };
    })
    .filter(({ blocks }) => blocks.length > 0);
}
