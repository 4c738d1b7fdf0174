import type { DeltaType } from '../../src/protocol/events.ts';
import { appendChunk, emptyText, finalText } from './streamed-text.ts';
import type { Block, EventOf, FileChange, Step, ToolBlock } from './view.ts';

type Steps = readonly Step[];
type Blocks = readonly Block[];

function withBlocks(steps: Steps, step: number, change: (blocks: Blocks) => Blocks): Steps {
  const index = steps.findLastIndex((each) => each.step === step);
  const found = steps[index]?.blocks ?? [];
  const blocks = change(found);
  if (blocks === found) return steps;
  if (index >= 0) return steps.with(index, { step, blocks });
  return steps.toSpliced(steps.findLastIndex((each) => each.step < step) + 1, 0, { step, blocks });
}

/** @returns the blocks themselves where `change` returns the tool itself, or where there is none */
function withTool(blocks: Blocks, id: string, change: (tool: ToolBlock) => ToolBlock): Blocks {
  const index = blocks.findLastIndex((block) => block.kind === 'tool' && block.id === id);
  const tool = blocks[index];
  if (tool?.kind !== 'tool') return blocks;
  const changed = change(tool);
  return changed === tool ? blocks : blocks.with(index, changed);
}

function addText(blocks: Blocks, { seq, type, data }: EventOf<'text' | 'thinking'>): Blocks {
  const index = blocks.findLastIndex(({ kind }) => kind !== 'tool');
  const newest = blocks[index];
  const isMore = newest?.kind === type && index === blocks.length - 1;
  if (newest && newest.kind !== 'tool' && (isMore || data.block <= (newest.open?.block ?? -1))) {
    const text = appendChunk(newest, seq, data);
    return text === newest ? blocks : blocks.with(index, { kind: newest.kind, ...text });
  }
  const text = appendChunk(emptyText, seq, data);
  return text.text === '' ? blocks : [...blocks, { kind: type, ...text }];
}

function addToTool(tool: ToolBlock, { seq, type, data }: EventOf<'file_delta' | 'tool_output'>): ToolBlock {
  if (tool.state !== 'started') return tool;
  if (type === 'tool_output') {
    const output = appendChunk(tool.output, seq, data);
    return output === tool.output ? tool : { ...tool, output };
  }
  const before = tool.draft ?? emptyText;
  const text = appendChunk(before, seq, data);
  return text === before ? tool : { ...tool, draft: { path: data.path, ...text } };
}

/** Appends what a chunk of streamed text has beyond its text. A tool's `tool` event always comes before its chunks. */
export function addDelta(steps: Steps, event: EventOf<DeltaType>): Steps {
  return withBlocks(steps, event.data.step, (blocks) =>
    event.type === 'text' || event.type === 'thinking'
      ? addText(blocks, event)
      : withTool(blocks, event.data.id, (tool) => addToTool(tool, event)),
  );
}

/** @param changes file changes since the last tool ended; they are this tool's if it has ended */
export function addTool(steps: Steps, { data }: EventOf<'tool'>, changes: readonly FileChange[]): Steps {
  const { id, name, title, state, detail = null } = data;
  const added: ToolBlock = {
    kind: 'tool',
    id,
    name,
    title,
    state,
    detail,
    draft: null,
    output: emptyText,
    files: state === 'started' ? [] : changes,
  };
  return withBlocks(steps, data.step, (blocks) => {
    const changed = withTool(blocks, id, ({ draft, output }) =>
      state === 'started' ? { ...added, draft, output } : { ...added, output: finalText(output) },
    );
    return changed === blocks ? [...blocks, added] : changed;
  });
}

/** Removes what a step has streamed, stored or not. Ended tools stay. */
export function discardStep(steps: Steps, step: number): Steps {
  return steps.flatMap((each) => {
    if (each.step !== step) return [each];
    const blocks = each.blocks.filter((block) => block.kind === 'tool' && block.state !== 'started');
    return blocks.length > 0 ? [{ step, blocks }] : [];
  });
}

function finalizeBlock(block: Block): Block {
  return block.kind === 'tool'
    ? { ...block, draft: null, output: finalText(block.output) }
    : { kind: block.kind, ...finalText(block) };
}

/** The steps of an ended turn, as every reader of the log has them: without drafts, and without text that was lost in flight. */
export function finalizeSteps(steps: Steps): Steps {
  return steps
    .map(({ step, blocks }) => ({
      step,
      blocks: blocks.map(finalizeBlock).filter((block) => block.kind === 'tool' || block.text !== ''),
    }))
    .filter(({ blocks }) => blocks.length > 0);
}
