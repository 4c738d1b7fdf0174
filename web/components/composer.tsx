import { useSignal } from '@preact/signals';
import { Square } from 'lucide';
import { useEffect, useRef } from 'preact/hooks';
import type { Project } from '../state/project.ts';
import { strings } from '../strings.ts';
import { COMPOSER_ID } from './composer-id.ts';
import { Icon } from './icon.tsx';
import { Notice } from './notice.tsx';
import { PromptBox } from './prompt-box.tsx';
import { stopKeys } from './shortcuts.ts';

const words = strings.composer;

function StopButton({ project }: { project: Project }) {
  const isStopping = project.stopping.value;
  return (
    <button
      type="button"
      class="button"
      title={words.stopHint(stopKeys.shown)}
      aria-keyshortcuts={stopKeys.aria}
      disabled={isStopping}
      onClick={() => void project.stop()}
    >
      <Icon node={Square} />
      {isStopping ? words.stopping : words.stop}
      {!isStopping && <kbd>{stopKeys.shown}</kbd>}
    </button>
  );
}

/** Where the next prompt is written. What was refused comes back into the box. */
export function Composer({ project }: { project: Project }) {
  const text = useSignal('');
  const input = useRef<HTMLTextAreaElement>(null);
  const isRunning = project.running.value;
  const isFirst = !project.view.value.turn;
  useEffect(() => {
    // On a touch screen the focus would raise the keyboard over the conversation.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
  }, []);

  const send = async () => {
    const prompt = text.value;
    text.value = '';
    if (!(await project.send(prompt)) && text.value === '') text.value = prompt;
  };

  return (
    <div class="composer">
      {project.failure.value && <Notice error={project.failure.value} />}
      <PromptBox
        id={COMPOSER_ID}
        label={isFirst ? words.first : words.label}
        placeholder={isRunning ? words.queuePlaceholder : words.placeholder}
        value={text.value}
        rows={2}
        input={input}
        onInput={(value) => {
          text.value = value;
        }}
        onSubmit={() => void send()}
      >
        {isRunning && <StopButton project={project} />}
        <button type="submit" class="button is-main" disabled={text.value.trim() === ''}>
          {isRunning ? words.queue : strings.send}
        </button>
      </PromptBox>
    </div>
  );
}
