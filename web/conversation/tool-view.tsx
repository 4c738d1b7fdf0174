import { Check, type IconNode, Pencil, X } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { FileChange, ToolBlock } from '../project/view.ts';
import { isTranslated, toolTitle } from '../strings/server-sentences.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { useModule } from '../ui/use-module.ts';
import { FileDraftPane } from './file-draft-pane.tsx';

const icons: Record<ToolBlock['state'], IconNode> = { started: Pencil, done: Check, failed: X };

function titleOf(block: ToolBlock, isNewestBlock: boolean): string {
  const { draft } = block;
  if (draft && isNewestBlock) return strings.turn.activity({ kind: 'writing', path: draft.path });
  return toolTitle(block) || (draft?.path ?? '');
}

/** A file's size, and its added and removed lines. */
function FileChangeFacts({ file: { change, bytes, added, removed } }: { file: FileChange }) {
  if (change === 'deleted') return <span class="change">{strings.talk.deleted}</span>;
  const words = added !== null && removed !== null ? strings.talk.lines(added, removed) : '';
  return (
    <span class="change" title={words}>
      {words && (
        <>
          <span class="visually-hidden">{words}, </span>
          <span aria-hidden="true">
            {added ? <span class="added">+{added}</span> : null}{' '}
            {removed ? <span class="removed">−{removed}</span> : null}
          </span>
        </>
      )}{' '}
      <span>{strings.talk.size(bytes)}</span>
    </span>
  );
}

/** The file changes of a tool call. A command may change many files and names them in its log: here they are only counted. */
function FileChanges({ block: { name, files } }: { block: ToolBlock }) {
  if (files.length === 0) return null;
  if (name === 'bash') return <span class="change">{strings.turn.changed(files.length)}</span>;
  return files.map((file) => <FileChangeFacts key={file.path} file={file} />);
}

interface Props {
  block: ToolBlock;
  /** Whether the block belongs to the step that is being streamed. */
  isLive: boolean;
  /** Whether the block is the last one of a live step so far. */
  isNewestBlock: boolean;
}

function ToolLine({ block, isLive, isNewestBlock }: Props) {
  const isUnfinished = block.state === 'started';
  const isInterrupted = isUnfinished && !isLive;
  return (
    <>
      <Icon node={isInterrupted ? X : icons[block.state]} />
      <span class="tool-words">
        <span>{titleOf(block, isNewestBlock)}</span>
        <FileChanges block={block} />
        {block.draft && <span class="change">{strings.talk.size(block.draft.text.length)}</span>}
        {block.state === 'failed' && <span class="tool-failed">{strings.turn.failed}</span>}
        {isInterrupted && <span class="quiet">{strings.turn.unfinished}</span>}
      </span>
    </>
  );
}

const loadDetail = () => import('./tool-detail.tsx');

/** Milliseconds after which a command without output opens too, to show its stop button. */
const silentMs = 1000;

/** A tool call with its answer folded in. A command is open by itself while it runs. */
function FoldedTool(props: Props & { className: string }) {
  const { block, isLive, className } = props;
  const detail = useModule(loadDetail, true);
  const [isLong, setIsLong] = useState(false);
  const isRunning = isLive && block.state === 'started';
  useEffect(() => {
    if (!isRunning) return;
    const timer = setTimeout(setIsLong, silentMs, true);
    return () => clearTimeout(timer);
  }, [isRunning]);
  return (
    <details class={className} open={isRunning && (isLong || block.output.text !== '')}>
      <summary class="tool-line">
        <ToolLine {...props} />
      </summary>
      {detail.state === 'there' && <detail.module.ToolDetail block={block} isLive={isLive} />}
    </details>
  );
}

/** Whether a call's answer has more for a person than its line. In English all has, and so do events of old projects. */
const hasDetail = ({ detail, state, verb }: ToolBlock): boolean =>
  !!detail &&
  (verb === undefined ||
    !isTranslated() ||
    state === 'failed' ||
    /^(view|edit|search|check_preview|server_logs)$/.test(verb));

/** One line for each tool call, with its result folded in. Only the draft that is being written is open. */
export function ToolView(props: Props) {
  const { block, isLive, isNewestBlock } = props;
  const { state, name, draft } = block;
  const className = `tool is-${state === 'started' && !isLive ? 'failed' : state}`;
  if (name === 'bash' || name === 'start_server' || hasDetail(block))
    return <FoldedTool {...props} className={className} />;
  return (
    <div class={className}>
      <p class="tool-line">
        <ToolLine {...props} />
      </p>
      {isNewestBlock && draft && <FileDraftPane draft={draft} />}
    </div>
  );
}
