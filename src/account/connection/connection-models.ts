import * as v from 'valibot';
import type { ClaudeCredential } from '../../claude/claude-client.ts';
import { type FetchModelsOptions, fetchModels, type ListedModel } from '../../claude/fetch-models.ts';
import { parseStoredOr } from '../../storage/stored-json.ts';
import type { ConnectionTable } from './connection-table.ts';

const ListedModels = v.array(v.object({ id: v.string(), name: v.string() }));

/** A stored list is fresh for this time. Milliseconds. */
const freshMs = 24 * 60 * 60_000;

/** Pause after a failed request for the list. Milliseconds. */
const retryAfterMs = 60_000;

/** The models that a connection may use, cached in its row. */
export class ConnectionModels {
  readonly #table: ConnectionTable;
  readonly #upstream: Omit<FetchModelsOptions, 'credential'>;
  readonly #now: () => number;
  #failedAt = Number.NEGATIVE_INFINITY;

  constructor(table: ConnectionTable, upstream: Omit<FetchModelsOptions, 'credential'>, now: () => number) {
    this.#table = table;
    this.#upstream = upstream;
    this.#now = now;
  }

  /** Fetches the list from Claude, which also validates the credential. @throws ClaudeError */
  fetch(credential: ClaudeCredential): Promise<ListedModel[]> {
    return fetchModels({ credential, ...this.#upstream });
  }

  store(models: readonly ListedModel[]): void {
    this.#table.update({ models: JSON.stringify(models), models_at: this.#now() });
  }

  /**
   * The list: fresh if possible, else the last known one, or null.
   *
   * @param credential called only if the list has to be fetched; null if there is none
   */
  async list(credential: () => Promise<ClaudeCredential | null>): Promise<ListedModel[] | null> {
    const row = this.#table.read();
    if (!row) return null;
    const known: ListedModel[] | null = parseStoredOr(ListedModels, row.models, null);
    if (known && this.#now() - (row.models_at ?? 0) < freshMs) return known;
    if (this.#now() - this.#failedAt < retryAfterMs) return known;
    try {
      const usable = await credential();
      if (!usable) return known;
      const models = await this.fetch(usable);
      if (this.#table.read()?.first_version === row.first_version) this.store(models);
      return models;
    } catch {
      this.#failedAt = this.#now();
      return known;
    }
  }
}
