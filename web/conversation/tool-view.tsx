import { Check, type IconNode, Pencil, X } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { FileChange, ToolBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { useModule } from '../ui/use-module.ts';
import { FileDraftPane } from './file-draft-pane.tsx';

const icons: Record<ToolBlock['state'], IconNode> = { started: Pencil, done: Check, failed: X };

function titleOf({ draft, title }: ToolBlock, isNewestBlock: boolean): string {
  if (draft && isNewestBlock) return strings.turn.activity({ kind: 'writing', path: draft.path });
  return title || (draft?.path ?? '');
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

const loadLog = () => import('./command-log.tsx');

/** Milliseconds after which a command without output opens too, to show its stop button. */
const silentMs = 1000;

/** A command or a server start, with its output folded in. Open by itself while it runs. */
function CommandView(props: Props & { className: string }) {
  const { block, isLive, className } = props;
  const log = useModule(loadLog, true);
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
      {log.state === 'there' && <log.module.CommandLog block={block} isLive={isLive} />}
    </details>
  );
}

/** One line for each tool call, with its result folded in. Only the draft that is being written is open. */
export function ToolView(props: Props) {
  const { block, isLive, isNewestBlock } = props;
  const isUnfinished = block.state === 'started';
  const className = `tool is-${isUnfinished && !isLive ? 'failed' : block.state}`;
  if (block.name === 'bash' || block.name === 'start_server') return <CommandView {...props} className={className} />;
  if (block.detail) {
    return (
      <details class={className}>
        <summary class="tool-line">
          <ToolLine {...props} />
        </summary>
        <p class="tool-detail">{block.detail}</p>
      </details>
    );
  }
  return (
    <div class={className}>
      <p class="tool-line">
        <ToolLine {...props} />
      </p>
      {isNewestBlock && block.draft && <FileDraftPane draft={block.draft} />}
    </div>
  );
}
