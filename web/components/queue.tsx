import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { COMPOSER_ID } from './composer-id.ts';

const words = strings.queue;

interface ItemProps {
  project: Project;
  id: string;
  prompt: string;
}

function Editor({ project, id, prompt, onDone }: ItemProps & { onDone(): void }) {
  const text = useSignal(prompt);
  const input = useRef<HTMLTextAreaElement>(null);
  useEffect(() => input.current?.focus(), []);
  const save = async (event: Event) => {
    event.preventDefault();
    if (text.value.trim() === '' || (await project.editQueued(id, text.value))) onDone();
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

function Item({ project, id, prompt }: ItemProps) {
  const isEditing = useSignal(false);
  const remove = () => {
    // The button that has the focus goes away with its line.
    document.getElementById(COMPOSER_ID)?.focus();
    void project.removeQueued(id);
  };
  if (isEditing.value) {
    const onDone = () => {
      isEditing.value = false;
    };
    return (
      <li>
        <Editor project={project} id={id} prompt={prompt} onDone={onDone} />
      </li>
    );
  }
  return (
    <li>
      <span class="queue-prompt">{prompt}</span>
      <span class="queue-actions">
        <button
          type="button"
          class="text-button"
          aria-label={words.editItem(prompt)}
          onClick={() => {
            isEditing.value = true;
          }}
        >
          {words.edit}
        </button>
        <button type="button" class="text-button" aria-label={words.removeItem(prompt)} onClick={remove}>
          {words.remove}
        </button>
      </span>
    </li>
  );
}

/** Prompts that wait for the running turn to end. */
export function Queue({ project }: { project: Project }) {
  const { queue } = project.view.value;
  if (queue.length === 0) return null;
  return (
    <section class="queue" aria-label={words.heading(queue.length)}>
      <p class="quiet">{words.heading(queue.length)}</p>
      <ol>
        {queue.map(({ id, prompt }) => (
          <Item key={id} project={project} id={id} prompt={prompt} />
        ))}
      </ol>
    </section>
  );
}
