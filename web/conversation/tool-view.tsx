import { Check, type IconNode, Pencil, X } from 'lucide';
import { useEffect, useState } from 'preact/hooks';
import type { FileChange, ToolBlock } from '../project/view.ts';
import { strings } from '../strings/strings.ts';
import { Icon } from '../ui/icon.tsx';
import { useModule } from '../ui/use-module.ts';
import { FileDraftPane } from './file-draft.tsx';

const icons: Record<ToolBlock['state'], IconNode> = { writing: Pencil, started: Pencil, done: Check, failed: X };

function titleOf({ draft, title }: ToolBlock, isNewest: boolean): string {
  if (draft && isNewest) return strings.turn.activity({ kind: 'writing', path: draft.path });
  return title || (draft?.path ?? '');
}

/** How large a file is now, and how many lines came and went. */
function Change({ file: { change, bytes, added, removed } }: { file: FileChange }) {
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

/** What a tool has changed. That of a command is named in its log, and may be much. */
function Changes({ block: { name, files } }: { block: ToolBlock }) {
  if (files.length === 0) return null;
  if (name === 'bash') return <span class="change">{strings.turn.changed(files.length)}</span>;
  return files.map((file) => <Change key={file.path} file={file} />);
}

interface Props {
  block: ToolBlock;
  isLive: boolean;
  isNewest: boolean;
}

function Line({ block, isLive, isNewest }: Props) {
  const isOpen = block.state === 'writing' || block.state === 'started';
  const isBroken = isOpen && !isLive;
  return (
    <>
      <Icon node={isBroken ? X : icons[block.state]} />
      <span class="tool-words">
        <span>{titleOf(block, isNewest)}</span>
        <Changes block={block} />
        {block.draft && <span class="change">{strings.talk.size(block.draft.text.length)}</span>}
        {block.state === 'failed' && <span class="tool-failed">{strings.turn.failed}</span>}
        {isBroken && <span class="quiet">{strings.turn.unfinished}</span>}
      </span>
    </>
  );
}

const loadLog = () => import('./command-log.tsx');

/** Milliseconds after which a command that prints nothing opens, to be stopped. */
const silentMs = 1000;

/** A command, or a server that is started: it opens to what it prints, by itself as long as it runs. */
function Command(props: Props & { state: string }) {
  const { block, isLive, state } = props;
  const log = useModule(loadLog, true);
  const [isLong, setLong] = useState(false);
  const runs = isLive && block.state === 'started';
  useEffect(() => {
    if (!runs) return;
    const timer = setTimeout(setLong, silentMs, true);
    return () => clearTimeout(timer);
  }, [runs]);
  return (
    <details class={state} open={runs && (isLong || block.output !== '')}>
      <summary class="tool-line">
        <Line {...props} />
      </summary>
      {log.state === 'there' && <log.module.CommandLog block={block} isLive={isLive} />}
    </details>
  );
}

/** One quiet line for each tool. It opens to what came of it; of the drafts of a reply only the one that is being written is open. */
export function ToolView(props: Props) {
  const { block, isLive, isNewest } = props;
  const isOpen = block.state === 'writing' || block.state === 'started';
  const state = `tool is-${isOpen && !isLive ? 'failed' : block.state}`;
  if (block.name === 'bash' || block.name === 'start_server') return <Command {...props} state={state} />;
  if (block.detail) {
    return (
      <details class={state}>
        <summary class="tool-line">
          <Line {...props} />
        </summary>
        <p class="tool-detail">{block.detail}</p>
      </details>
    );
  }
  return (
    <div class={state}>
      <p class="tool-line">
        <Line {...props} />
      </p>
      {isNewest && block.draft && <FileDraftPane draft={block.draft} />}
    </div>
  );
}
