/**
 * The revision that a document was made from. The server writes it into the page together with the files. Updates in place bring the
 * document to newer ones, one after the other.
 */
export class DocumentRevision {
  #current: number;
  #lastUpdate: Promise<unknown> = Promise.resolve();

  constructor(made: number) {
    this.#current = made;
  }

  get current(): number {
    return this.#current;
  }

  /**
   * Brings the document to a newer revision. Until the update is applied, the document counts as made from the older one.
   *
   * @param from the revision after which everything that `apply` leaves out is unchanged
   * @param apply resolves with false where the document cannot be updated
   * @returns false if only a new document shows the revision, as this one may be older than `from`
   */
  advance(from: number, to: number, apply: () => Promise<boolean>): Promise<boolean> {
    const update = this.#lastUpdate.then(async () => {
      if (this.#current >= to) return true;
      // An undefined `from`, of a page older than this script, is refused, too.
      if (!(this.#current >= from) || !(await apply())) return false;
      this.#current = to;
      return true;
    });
    this.#lastUpdate = update.catch(() => undefined);
    return update;
  }
}
