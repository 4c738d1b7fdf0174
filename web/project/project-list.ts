import { type ReadonlySignal, signal } from '@preact/signals';
import type { SessionSummary } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';

/** The visitor's projects, newest first. A deleted project leaves the list at once, and the server once undo is no longer offered. */
export class ProjectList {
  readonly #api: Pick<Api, 'sessions' | 'rename' | 'remove'>;
  readonly #all = signal<readonly SessionSummary[] | null>(null);
  readonly #failure = signal<ApiError | null>(null);
  /** Hidden projects whose deletion can still be cancelled. */
  readonly #deleting = signal<ReadonlySet<string>>(new Set());
  /** Null until the list was loaded. */
  readonly all: ReadonlySignal<readonly SessionSummary[] | null> = this.#all;
  readonly failure: ReadonlySignal<ApiError | null> = this.#failure;

  constructor(api: Pick<Api, 'sessions' | 'rename' | 'remove'>) {
    this.#api = api;
  }

  isDeleting(session: string): boolean {
    return this.#deleting.value.has(session);
  }

  async load(): Promise<void> {
    try {
      this.#all.value = await this.#api.sessions();
      this.#failure.value = null;
    } catch (error) {
      this.#failure.value = toApiError(error);
    }
  }

  /** @returns false if the call failed and the old title was restored */
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

  /** Hides a project; {@link remove} then deletes it, {@link cancelDelete} shows it again. */
  scheduleDelete(session: string): void {
    this.#deleting.value = new Set([...this.#deleting.value, session]);
  }

  cancelDelete(session: string): void {
    this.#deleting.value = new Set([...this.#deleting.value].filter((one) => one !== session));
  }

  /** @returns false if the deletion failed and the project is listed again */
  async remove(session: string): Promise<boolean> {
    if (!this.#deleting.value.has(session)) return true;
    try {
      await this.#api.remove(session);
    } catch (error) {
      // Without its cookie the browser is told nothing of the project, which is still there.
      const { status, fields } = toApiError(error);
      if (status !== 404 || fields.reason === 'cookie') {
        this.cancelDelete(session);
        return false;
      }
    }
    this.#all.value = this.#all.value?.filter((one) => one.session !== session) ?? null;
    this.cancelDelete(session);
    return true;
  }

  /** Carries out all scheduled deletions now: the page is being left. @returns the sessions */
  deleteNow(): readonly string[] {
    const sessions = [...this.#deleting.value];
    for (const session of sessions) void this.remove(session);
    return sessions;
  }

  #retitle(session: string, title: string): void {
    this.#all.value = this.#all.value?.map((one) => (one.session === session ? { ...one, title } : one)) ?? null;
  }
}
