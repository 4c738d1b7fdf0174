import { fillPromptBox } from '../composer/fill-prompt-box.ts';
import type { Project } from '../project/project.ts';
import type { Turn } from '../project/view.ts';
import { loadLateWords, strings } from '../strings/strings.ts';
import { COMPOSER_ID } from '../ui/composer-id.ts';
import type { Toasts } from '../ui/toasts.ts';

/**
 * Puts the last prompt back into the prompt box, as what it was, and offers to undo its turn if that turn made the current version. Without
 * the words of the offer, only the prompt is put back.
 */
export async function editPrompt(project: Project, turn: Turn, toasts: Toasts): Promise<void> {
  project.outgoing.mode.value = turn.mode === 'ask' ? 'ask' : 'build';
  fillPromptBox(turn.prompt);
  const isCurrentVersion = turn.version !== null && project.detail.peek()?.version === turn.version;
  if (!isCurrentVersion || !(await hasLateWords())) return;
  toasts.show(strings.talk.undoFirst, {
    forMs: 20_000,
    action: {
      label: strings.talk.undoTurn,
      run: () => {
        void project.undo().then((done) => done && toasts.show(strings.talk.taken));
        document.getElementById(COMPOSER_ID)?.focus();
      },
    },
  });
}

const hasLateWords = (): Promise<boolean> =>
  loadLateWords().then(
    () => true,
    () => false,
  );
