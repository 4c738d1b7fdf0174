import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { type FetchModelsOptions, fetchModels, type ListedModel } from '../../claude/fetch-models.ts';
import type { ConnectionTable } from './connection-table.ts';

/** How long a list is good. Milliseconds. */
const goodMs = 24 * 60 * 60_000;

/** After a list could not be had, until it is asked for again. Milliseconds. */
const pauseMs = 60_000;

/** The models that a connection may use, as Claude said at most a day ago. */
export class ConnectionModels {
  readonly #book: ConnectionTable;
  readonly #upstream: Omit<FetchModelsOptions, 'credential'>;
  readonly #now: () => number;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(book: ConnectionTable, upstream: Omit<FetchModelsOptions, 'credential'>, now: () => number) {
    this.#book = book;
    this.#upstream = upstream;
    this.#now = now;
  }

  /** Asks Claude now, which also tells whether a credential is good. @throws ClaudeError */
  ask(credential: ClaudeCredential): Promise<ListedModel[]> {
    return fetchModels({ credential, ...this.#upstream });
  }

  keep(models: readonly ListedModel[]): void {
    this.#book.update({ models: JSON.stringify(models), models_at: this.#now() });
  }

  /** The list; what was known before where Claude does not say, or null. `credential` is asked for where one is needed. */
  async list(credential: () => Promise<ClaudeCredential | null>): Promise<ListedModel[] | null> {
    const row = this.#book.read();
    if (!row) return null;
    const known = row.models === null ? null : (JSON.parse(row.models) as ListedModel[]);
    if (known && this.#now() - (row.models_at ?? 0) < goodMs) return known;
    if (this.#now() - this.#failedAt < pauseMs) return known;
    try {
      const usable = await credential();
      if (!usable) return known;
      const models = await this.ask(usable);
      if (this.#book.read()?.first_version === row.first_version) this.keep(models);
      return models;
    } catch {
      this.#failedAt = this.#now();
      return known;
    }
  }
}
