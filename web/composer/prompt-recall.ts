/** Goes through earlier prompts, newest first, as a shell does. */
export class PromptRecall {
  /** How far back; 0 is what the visitor was writing. */
  #stepsBack = 0;
  #shown: string | null = null;

  /** Whether the arrow keys leaf through prompts: the box is empty, or shows one as it was recalled. */
  #canRecall(text: string): boolean {
    if (text !== '' && text === this.#shown) return true;
    this.#stepsBack = 0;
    this.#shown = null;
    return text === '';
  }

  /** @param prompts oldest first @returns what the box shows next, or null where the key means something else */
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

/** Prompts without those that repeat the one before. */
export function withoutRepeats(prompts: readonly string[]): string[] {
  return prompts.filter((prompt, at) => prompt !== prompts[at - 1]);
}
