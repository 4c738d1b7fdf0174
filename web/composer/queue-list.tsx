import { useSignal } from '@preact/signals';
import { GripVertical } from 'lucide';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { isBlank } from '../../src/protocol/is-blank.ts';
import type { HeldPrompt } from '../project/outgoing-prompts.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { useNow } from '../ui/use-now.ts';
import { useReorder } from '../ui/use-reorder.ts';

const words = strings.queue;

/** A time as the value of a `datetime-local` input: local, to the minute. @param at UNIX milliseconds */
function toFieldValue(at: number | undefined): string {
  if (at === undefined) return '';
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 16);
}

interface PromptChange {
  prompt: string;
  /** UNIX milliseconds; absent: unchanged; null: as soon as its turn comes. */
  notBefore?: number | null;
}

interface PromptEditorProps {
  prompt: string;
  /** UNIX milliseconds; undefined: none is set; null: none can be set. */
  notBefore: number | null | undefined;
  /** Resolves to whether the change was saved. */
  onSave(change: PromptChange): Promise<boolean>;
  onDone(): void;
}

function PromptEditor({ prompt, notBefore, onSave, onDone }: PromptEditorProps) {
  const text = useSignal(prompt);
  const initialStart = toFieldValue(notBefore ?? undefined);
  const start = useSignal(initialStart);
  const id = useId();
  const input = useRef<HTMLTextAreaElement>(null);
  useLayoutEffect(() => input.current?.focus(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    const time = start.value === initialStart ? {} : { notBefore: start.value === '' ? null : Date.parse(start.value) };
    if (isBlank(text.value) || (await onSave({ prompt: text.value, ...time }))) onDone();
  };
  return (
    <form onSubmit={(event) => void save(event)}>
      <textarea
        ref={input}
        aria-label={words.editLabel}
        rows={2}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone();
          if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) void save(event);
        }}
      />
      {notBefore !== null && (
        <p class="queue-start">
          <label for={id}>{strings.limit.startField}</label>{' '}
          <input
            id={id}
            type="datetime-local"
            value={start.value}
            onInput={(event) => {
              start.value = event.currentTarget.value;
            }}
          />{' '}
          <span class="quiet">{strings.limit.startHint}</span>
        </p>
      )}
      <span class="queue-actions">
        <button type="submit" class="text-button">
          {words.save}
        </button>
        <button type="button" class="text-button" onClick={onDone}>
          {words.cancel}
        </button>
      </span>
    </form>
  );
}

interface EntryLineProps {
  prompt: string;
  isQuestion: boolean;
  files: readonly string[];
  note?: string | undefined;
  onEdit(): void;
  onRemove(): void;
  onRetry?: (() => void) | undefined;
}

function EntryLine({ prompt, isQuestion, files, note, onEdit, onRemove, onRetry }: EntryLineProps) {
  const remove = () => {
    // The focused button is removed with its line.
    document.getElementById(COMPOSER_ID)?.focus();
    onRemove();
  };
  return (
    <>
      <span class="queue-words">
        <span class="queue-prompt">{prompt}</span>
        {isQuestion && <span class="quiet">{strings.turn.question}</span>}
        {files.length > 0 && (
          <span class="quiet" title={files.join(', ')}>
            {words.files(files.length)}
          </span>
        )}
        {note && <span class="quiet">{note}</span>}
      </span>
      <span class="queue-actions">
        {onRetry && (
          <button type="button" class="text-button" onClick={onRetry}>
            {strings.tryAgain}
          </button>
        )}
        <button type="button" class="text-button" aria-label={words.editItem(prompt)} onClick={onEdit}>
          {words.edit}
        </button>
        <button type="button" class="text-button" aria-label={words.removeItem(prompt)} onClick={remove}>
          {words.remove}
        </button>
      </span>
    </>
  );
}

const fileName = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

interface QueueEntryProps {
  prompt: string;
  isQuestion: boolean;
  files: readonly string[];
  note?: string | undefined;
  notBefore: number | null | undefined;
  onSave(change: PromptChange): Promise<boolean>;
  onRemove(): void;
  onRetry?: (() => void) | undefined;
}

function QueueEntry({ prompt, isQuestion, files, note, notBefore, onSave, onRemove, onRetry }: QueueEntryProps) {
  const isEditing = useSignal(false);
  const stopEditing = () => {
    isEditing.value = false;
  };
  if (isEditing.value)
    return <PromptEditor prompt={prompt} notBefore={notBefore} onSave={onSave} onDone={stopEditing} />;
  return (
    <EntryLine
      prompt={prompt}
      isQuestion={isQuestion}
      files={files}
      note={note}
      onRemove={onRemove}
      onRetry={onRetry}
      onEdit={() => {
        isEditing.value = true;
      }}
    />
  );
}

function HeldEntry({ project, held }: { project: Project; held: HeldPrompt }) {
  const { outgoing } = project;
  return (
    <li>
      <QueueEntry
        prompt={held.prompt}
        isQuestion={held.mode === 'ask'}
        files={held.files.items.value.map(({ name }) => name)}
        note={held.failed ? strings.attachments.failed : strings.attachments.waits}
        notBefore={null}
        onSave={async ({ prompt }) => {
          outgoing.editHeld(held.id, prompt);
          return true;
        }}
        onRemove={() => outgoing.removeHeld(held.id)}
        onRetry={held.failed ? () => outgoing.retryHeld(held.id) : undefined}
      />
    </li>
  );
}

/** What a queued prompt waits for, beside the turn that runs. */
function noteOf(notBefore: number | undefined, waitsFor: string | undefined, now: number): string | undefined {
  if (notBefore === undefined || notBefore <= now) return undefined;
  return waitsFor === 'credits' ? strings.spending.waits(notBefore, now) : strings.limit.starts(notBefore, now);
}

/** Queued prompts (waiting for the running turn, or for their start time) in the order they will run, then held ones. */
export function QueueList({ project }: { project: Project }) {
  const { queue } = project.view.value;
  const held = project.outgoing.held.value;
  const now = useNow(queue.some(({ notBefore }) => notBefore !== undefined));
  const ids = queue.map(({ id }) => id);
  const reorder = useReorder(ids, (id, place) => void project.changeQueued(id, { place }));
  const count = queue.length + held.length;
  const items = reorder.order.flatMap((id) => queue.find((item) => item.id === id) ?? []);
  return (
    <section class="queue" aria-label={words.heading(count)}>
      <p class="quiet">{words.heading(count)}</p>
      <p class="visually-hidden" role="status">
        {reorder.moved && words.moved(reorder.moved, items.length)}
      </p>
      <ol ref={reorder.list}>
        {items.map(({ id, prompt, mode, attachments, notBefore, waitsFor }, index) => (
          <li key={id} class={reorder.dragged === id ? 'is-dragged' : undefined}>
            {items.length > 1 && (
              <button
                type="button"
                class="queue-grip"
                aria-label={words.moveItem(prompt, index + 1, items.length)}
                {...reorder.grip(id)}
              >
                <Icon node={GripVertical} />
              </button>
            )}
            <QueueEntry
              prompt={prompt}
              isQuestion={mode === 'ask'}
              files={(attachments ?? []).map(fileName)}
              note={noteOf(notBefore, waitsFor, now)}
              notBefore={notBefore}
              onSave={(change) => project.changeQueued(id, change)}
              onRemove={() => void project.removeQueued(id)}
            />
          </li>
        ))}
        {held.map((heldPrompt) => (
          <HeldEntry key={`held-${heldPrompt.id}`} project={project} held={heldPrompt} />
        ))}
      </ol>
      {held.length > 0 && <p class="quiet">{strings.attachments.waitsHint}</p>}
    </section>
  );
}
