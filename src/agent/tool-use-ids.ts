import { isToolUseId } from '../claude/tool-identity.ts';

/**
 * Gives each tool call of a transcript an id that is valid and no other call's, and its results the same. A call keeps its own id where
 * it can. Ids follow from the calls before alone, so that a longer transcript begins with the same bytes.
 */
export class ToolUseIds {
  readonly #taken = new Set<string>();
  #replaced = 0;
  /** Ids of the calls that have no result yet, in order. */
  readonly #open = new Set<string>();
  /** The same by the id that was stored: one id may have been given to several calls. */
  readonly #openByStoredId = new Map<string, string[]>();

  /** Registers a call. @returns its id */
  call(storedId: string): string {
    const id = isToolUseId(storedId) && !this.#taken.has(storedId) ? storedId : this.#unused();
    this.#taken.add(id);
    this.#open.add(id);
    const same = this.#openByStoredId.get(storedId);
    if (same) same.push(id);
    else this.#openByStoredId.set(storedId, [id]);
    return id;
  }

  /** The id of the call that a result answers, which is answered then; null where there is none. */
  answer(storedId: string): string | null {
    const id = this.#openByStoredId.get(storedId)?.shift();
    if (id === undefined) return null;
    this.#open.delete(id);
    return id;
  }

  /** Ids of the calls that have no result. They can get none from then on. */
  close(): string[] {
    const unanswered = [...this.#open];
    this.#open.clear();
    this.#openByStoredId.clear();
    return unanswered;
  }

  #unused(): string {
    for (;;) {
      const id = `toolu_replaced_${++this.#replaced}`;
      if (!this.#taken.has(id)) return id;
    }
  }
}
