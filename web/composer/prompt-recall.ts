import type { Project } from '../project/project.ts';

/** Steps through earlier prompts, newest first, like a shell's history. */
export class PromptRecall {
  /** Steps back from the newest prompt; 0 is the text being written. */
  #stepsBack = 0;
  #shown: string | null = null;

  /** Whether the arrow keys recall prompts: only if the box is empty or shows a recalled prompt unchanged. Otherwise starts over. */
  #canRecall(text: string): boolean {
    if (text !== '' && text === this.#shown) return true;
    this.#stepsBack = 0;
    this.#shown = null;
    return text === '';
  }

  /** @param prompts oldest first @returns the text to show, or null if the key keeps its usual meaning */
  older(prompts: readonly string[], text: string): string | null {
    if (!this.#canRecall(text)) return null;
    const recalled = prompts.at(-1 - this.#stepsBack);
    if (this.#stepsBack >= prompts.length || recalled === undefined) return null;
    this.#stepsBack++;
    this.#shown = recalled;
    return recalled;
  }

  newer(prompts: readonly string[], text: string): string | null {
    if (!this.#canRecall(text) || this.#stepsBack === 0) return null;
    this.#stepsBack--;
    const recalled = this.#stepsBack === 0 ? '' : (prompts.at(-this.#stepsBack) ?? '');
    this.#shown = recalled === '' ? null : recalled;
    return recalled;
  }
}

/** Drops prompts equal to their predecessor. */
export function withoutRepeats(prompts: readonly string[]): string[] {
  return prompts.filter((prompt, at) => prompt !== prompts[at - 1]);
}

/** Recalls earlier prompts with Up and Down. @returns a `keydown` handler that prevents the default of keys it used */
export function promptRecall(project: Project): (event: KeyboardEvent) => void {
  const recall = new PromptRecall();
  return (event) => {
    if (event.defaultPrevented || event.shiftKey || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    const { earlier, turn } = project.view.peek();
    const turns = [...earlier, ...(turn ? [turn] : [])].filter(({ mode }) => mode !== 'fresh_start');
    const prompts = withoutRepeats(turns.map(({ prompt }) => prompt));
    const { text } = project.outgoing;
    const recalled = event.key === 'ArrowUp' ? recall.older(prompts, text.value) : recall.newer(prompts, text.value);
    if (recalled === null) return;
    event.preventDefault();
    text.value = recalled;
  };
}
