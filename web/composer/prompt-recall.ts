/** Goes through earlier prompts, newest first, as a shell does. */
export class PromptRecall {
  /** How far back; 0 is what the visitor was writing. */
  #back = 0;
  #shown: string | null = null;

  /** Whether the arrow keys leaf through prompts: the box is empty, or shows one as it was recalled. */
  #leafs(text: string): boolean {
    if (text !== '' && text === this.#shown) return true;
    this.#back = 0;
    this.#shown = null;
    return text === '';
  }

  /** @param prompts oldest first @returns what the box shows next, or null where the key means something else */
  older(prompts: readonly string[], text: string): string | null {
    if (!this.#leafs(text)) return null;
    const found = prompts.at(-1 - this.#back);
    if (this.#back >= prompts.length || found === undefined) return null;
    this.#back++;
    this.#shown = found;
    return found;
  }

  newer(prompts: readonly string[], text: string): string | null {
    if (!this.#leafs(text) || this.#back === 0) return null;
    this.#back--;
    const found = this.#back === 0 ? '' : (prompts.at(-this.#back) ?? '');
    this.#shown = found === '' ? null : found;
    return found;
  }
}

/** Prompts without those that repeat the one before. */
export function withoutRepeats(prompts: readonly string[]): string[] {
  return prompts.filter((prompt, at) => prompt !== prompts[at - 1]);
}
