import { type ReadonlySignal, signal } from '@preact/signals';
import type { SessionSummary } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';

/** The visitor's projects, newest first. What is deleted here is gone from the list at once, and from the server a little later. */
export class ProjectList {
  readonly #api: Pick<Api, 'sessions' | 'rename' | 'remove'>;
  readonly #all = signal<readonly SessionSummary[] | null>(null);
  readonly #failure = signal<ApiError | null>(null);
  /** Projects that are hidden because they are about to be deleted. */
  readonly #doomed = signal<ReadonlySet<string>>(new Set());
  /** Null until they are known. */
  readonly all: ReadonlySignal<readonly SessionSummary[] | null> = this.#all;
  readonly failure: ReadonlySignal<ApiError | null> = this.#failure;

  constructor(api: Pick<Api, 'sessions' | 'rename' | 'remove'>) {
    this.#api = api;
  }

  isDoomed(session: string): boolean {
    return this.#doomed.value.has(session);
  }

  async load(): Promise<void> {
    try {
      this.#all.value = await this.#api.sessions();
      this.#failure.value = null;
    } catch (error) {
      this.#failure.value = toApiError(error);
    }
  }

  /** @returns false where the old title stands again */
  async rename(session: string, title: string): Promise<boolean> {
    const before = this.#all.value?.find((one) => one.session === session)?.title;
    if (before === undefined) return false;
    this.#retitle(session, title);
    try {
      await this.#api.rename(session, title);
      return true;
    } catch {
      this.#retitle(session, before);
      return false;
    }
  }

  /** Takes a project off the list; {@link remove} then deletes it, {@link spare} brings it back. */
  doom(session: string): void {
    this.#doomed.value = new Set([...this.#doomed.value, session]);
  }

  spare(session: string): void {
    this.#doomed.value = new Set([...this.#doomed.value].filter((one) => one !== session));
  }

  /** @returns false where it could not be deleted: then it is on the list again */
  async remove(session: string): Promise<boolean> {
    if (!this.#doomed.value.has(session)) return true;
    try {
      await this.#api.remove(session);
    } catch (error) {
      if (toApiError(error).status !== 404) {
        this.spare(session);
        return false;
      }
    }
    this.#all.value = this.#all.value?.filter((one) => one.session !== session) ?? null;
    this.spare(session);
    return true;
  }

  /** The page is being left: what was to be deleted is deleted now. */
  leave(): void {
    for (const session of this.#doomed.value) void this.remove(session);
  }

  #retitle(session: string, title: string): void {
    this.#all.value = this.#all.value?.map((one) => (one.session === session ? { ...one, title } : one)) ?? null;
  }
}
