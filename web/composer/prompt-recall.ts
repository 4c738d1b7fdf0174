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
