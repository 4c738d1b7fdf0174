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

/** @returns the blocks themselves where there is no such tool */
function withTool(blocks: Blocks, id: string, change: (tool: ToolBlock) => ToolBlock): Blocks {
  const index = blocks.findLastIndex((block) => block.kind === 'tool' && block.id === id);
  const tool = blocks[index];
  return tool?.kind === 'tool' ? blocks.with(index, change(tool)) : blocks;
}

function addText(blocks: Blocks, { seq, type, data }: EventOf<'text' | 'thinking'>): Blocks {
  const index = blocks.findLastIndex(({ kind }) => kind !== 'tool');
  const newest = blocks[index];
  if (newest && newest.kind !== 'tool') {
    const isMore = newest.kind === type && index === blocks.length - 1;
    if (isMore || data.block <= (newest.open?.block ?? -1)) return blocks.with(index, appendChunk(newest, seq, data));
  }
  const added = appendChunk({ kind: type, ...emptyText }, seq, data);
  return added.text === '' ? blocks : [...blocks, added];
}

function addToTool(tool: ToolBlock, { seq, type, data }: EventOf<'file_delta' | 'tool_output'>): ToolBlock {
  if (tool.state !== 'started') return tool;
  if (type === 'tool_output') return { ...tool, output: appendChunk(tool.output, seq, data) };
  const draft = appendChunk(tool.draft ?? { path: data.path, ...emptyText }, seq, data);
  return { ...tool, draft: draft.open && draft };
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
  const { id, name, title, verb, path, fields, state, detail = null } = data;
  const added: ToolBlock = {
    kind: 'tool',
    id,
    name,
    title,
    ...(verb === undefined ? {} : { verb, path, fields }),
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

const finalBlock = (block: Block): Block =>
  block.kind === 'tool' ? { ...block, draft: null, output: finalText(block.output) } : finalText(block);

/** The steps of an ended turn, as every reader of the log has them: without drafts, and without text that was lost in flight. */
export function finalizeSteps(steps: Steps): Steps {
  return steps
    .map(({ step, blocks }) => ({
      step,
      blocks: blocks.map(finalBlock).filter((block) => block.kind === 'tool' || block.text !== ''),
    }))
    .filter(({ blocks }) => blocks.length > 0);
}
