import './composer.css';
import { useSignal } from '@preact/signals';
import { Slash, Square } from 'lucide';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { isBlank } from '../../src/protocol/is-blank.ts';
import { AttachButton } from '../attach/attach-button.tsx';
import { AttachmentList } from '../attach/attachment-list.tsx';
import { DropTarget, pasteFiles } from '../attach/drop-target.tsx';
import { SendFailure } from '../limits/send-failure.tsx';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import { Icon } from '../ui/icon.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { useModule } from '../ui/use-module.ts';
import { COMMAND_LIST_ID, commandId } from './commands.ts';
import { charsLeft, PromptBox } from './prompt-box.tsx';
import { localDraftStore, persistDraft, readDraft } from './prompt-draft.ts';
import { stopKeys } from './shortcuts.ts';
import { loadMenu, useCommands } from './use-commands.ts';

const words = strings.composer;
const loadPicker = () => import('../models/model-picker.tsx');
const loadChip = () => import('./picked-chip.tsx');
const loadRecall = () => import('./prompt-recall.ts');
const loadModes = () => import('./mode-switch.tsx');

function StopButton({ project }: { project: Project }) {
  const isStopping = project.stopping.value;
  return (
    <button
      type="button"
      class="button"
      title={words.stopHint(stopKeys.shown())}
      aria-keyshortcuts={stopKeys.aria}
      disabled={isStopping}
      onClick={() => void project.stop()}
    >
      <Icon node={Square} />
      {isStopping ? words.stopping : words.stop}
      {!isStopping && <kbd>{stopKeys.shown()}</kbd>}
    </button>
  );
}

/** Persists the text in the box as a draft, so that it survives a reload. */
function useDraft(project: Project): void {
  useEffect(() => {
    const { text } = project.outgoing;
    const store = localDraftStore();
    if (text.value === '') text.value = readDraft(project.id, store);
    return persistDraft(text, project.id, store);
  }, [project]);
}

/** Makes the browser ask before the page is left while held prompts or uploads would be lost: files do not survive a reload. */
function useUnloadWarning(project: Project): void {
  const hasUnsentFiles = project.outgoing.held.value.length > 0 || project.outgoing.isUploading.value;
  useEffect(() => {
    if (!hasUnsentFiles) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [hasUnsentFiles]);
}

/** The prompt box of a project, with attachments, commands and the picked element. A refused prompt returns to the box. */
export function Composer({ project }: { project: Project }) {
  const { outgoing } = project;
  const { text, attachments } = outgoing;
  const input = useRef<HTMLTextAreaElement>(null);
  const isPickingModel = useSignal(false);
  const picker = useModule(loadPicker, isPickingModel.value);
  const commands = useCommands(project, () => {
    isPickingModel.value = true;
  });
  useDraft(project);
  useUnloadWarning(project);
  const isRunning = project.running.value;
  const isUploading = outgoing.isUploading.value;
  const isFirst = !project.view.value.turn;
  const prefaceChars = outgoing.preface.value.length;
  const canSend = !isBlank(text.value) && charsLeft(text.value, prefaceChars) >= 0 && !isUploading;

  useEffect(() => {
    // On a touch screen the focus would open the keyboard over the conversation.
    if (matchMedia('(pointer: fine)').matches) input.current?.focus({ preventScroll: true });
  }, []);
  const menu = useModule(loadMenu, commands.menu !== null);
  const modes = useModule(loadModes, !isFirst);
  const recall = useModule(loadRecall, !isFirst);
  const onRecallKey = useMemo(
    () => (recall.state === 'there' ? recall.module.promptRecall(project) : null),
    [recall.state, project],
  );
  const isAsking = outgoing.mode.value === 'ask';
  const hasPicked = project.picked.value !== null;
  const chip = useModule(loadChip, hasPicked);
  useEffect(() => {
    if (hasPicked) input.current?.focus();
  }, [hasPicked]);

  return (
    <div class="composer">
      {project.failure.value && <SendFailure error={project.failure.value} />}
      {commands.menu && menu.state === 'there' && (
        <menu.module.CommandMenu
          listId={COMMAND_LIST_ID}
          idOf={commandId}
          entries={commands.entries}
          active={commands.active}
          onHover={commands.highlight}
          onRun={commands.run}
        />
      )}
      <PromptBox
        id={COMPOSER_ID}
        label={isFirst ? words.first : isAsking ? words.askLabel : words.label}
        placeholder={isAsking ? words.askPlaceholder : isRunning ? words.queuePlaceholder : words.placeholder}
        value={text.value}
        rows={2}
        input={input}
        isBusy={isUploading}
        prefaceChars={prefaceChars}
        menu={commands.menu}
        onInput={(value) => {
          text.value = value;
        }}
        onKey={(event) => {
          commands.onKey(event);
          onRecallKey?.(event);
        }}
        onPaste={(event) => pasteFiles(event, attachments)}
        onSubmit={() => void outgoing.send()}
        extras={
          <>
            {chip.state === 'there' && <chip.module.PickedChip project={project} />}
            <AttachmentList attachments={attachments} />
          </>
        }
      >
        <span class="prompt-tools">
          <AttachButton attachments={attachments} disabled={isUploading} />
          <IconButton
            node={Slash}
            name={words.commands.label}
            aria-haspopup="listbox"
            aria-expanded={commands.menu !== null}
            onClick={() => {
              commands.toggle();
              input.current?.focus();
            }}
          />
          {!isFirst && modes.state === 'there' && <modes.module.ModeSwitch project={project} />}
        </span>
        {isRunning && <StopButton project={project} />}
        <button type="submit" class="button is-main" disabled={!canSend}>
          {isRunning ? words.queue : strings.send}
        </button>
      </PromptBox>
      <DropTarget attachments={attachments} />
      {isPickingModel.value && picker.state === 'there' && (
        <picker.module.ModelPicker
          project={project}
          onClose={() => {
            isPickingModel.value = false;
          }}
        />
      )}
    </div>
  );
}
