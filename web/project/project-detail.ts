import { type ReadonlySignal, signal } from '@preact/signals';
import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { SessionDetail, VersionEntry } from '../../src/protocol/resources.ts';
import type { Api } from '../api/api.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import { backoffMs, isFinal, type RetryTiming } from './retry-timing.ts';

/** What the page keeps of a project beside the fold of its log. */
export interface ProjectDetail
  extends Pick<
    SessionDetail,
    'title' | 'previewUrl' | 'model' | 'files' | 'version' | 'undo' | 'redo' | 'sandbox' | 'revision' | 'seq'
  > {
  versions: readonly VersionEntry[];
  /** Absent in a project that was made or used on this page: it has as many days left then as one can have. */
  expiresAt?: SessionDetail['expiresAt'];
}

/** Folds an event that is newer than the detail into it. Pure. */
export function foldDetail(detail: ProjectDetail, event: RedrawEvent): ProjectDetail {
  switch (event.type) {
    case 'session':
      return { ...detail, previewUrl: event.data.previewUrl };
    case 'title':
      return { ...detail, title: event.data.title };
    case 'settings': {
      const { model = detail.model, previewUrl = detail.previewUrl, hosts = detail.sandbox.hosts } = event.data;
      return { ...detail, model, previewUrl, sandbox: { ...detail.sandbox, hosts } };
    }
    case 'turn_started':
      return { ...detail, expiresAt: null };
    case 'preview':
      return { ...detail, revision: event.data.revision };
    case 'version': {
      const { undo = null, redo = null, kind = 'turn', stopped = false, createdAt = 0, ...rest } = event.data;
      const { dropped = [], ...entry } = rest;
      const older = detail.versions.map((each) => (dropped.includes(each.version) ? { ...each, gone: true } : each));
      const versions = [...older, { kind, stopped, createdAt, ...entry }];
      return { ...detail, versions, version: entry.version, undo, redo, expiresAt: null };
    }
    default:
      return detail;
  }
}

/** The detail of the project that a turn has made, by its first event; null where the event does not tell of it. */
function newDetail(event: RedrawEvent): ProjectDetail | null {
  if (event.type !== 'session' || !event.data.project) return null;
  const { commands, why, hosts, title, model } = event.data.project;
  const sandbox = { commands, why, hosts, server: null };
  const { previewUrl } = event.data;
  const nothing = { files: [], versions: [], version: null, undo: null, redo: null, revision: 0 };
  return { ...nothing, title, model, previewUrl, sandbox, seq: event.seq ?? 0 };
}

export interface ProjectDetailDeps {
  api: Pick<Api, 'session'>;
  timing: RetryTiming;
  signal: AbortSignal;
  /** The newest sequence number that the server had. */
  onSeq(seq: number): void;
  /** There is no such project for this visitor. */
  onLost(error: ApiError): void;
}

/** A project's detail: read once, then kept up to date by the events after it. It is never read a second time. */
export class ProjectDetailStore {
  readonly #detail = signal<ProjectDetail | null>(null);
  readonly detail: ReadonlySignal<ProjectDetail | null> = this.#detail;
  readonly #deps: ProjectDetailDeps;
  /** Events that have come before the detail, which may be older than they are. */
  #early: RedrawEvent[] = [];

  constructor(deps: ProjectDetailDeps) {
    this.#deps = deps;
  }

  /** Reads the detail; again, with backoff, where that fails. Never rejects. */
  async load(session: string): Promise<void> {
    const { api, timing, signal, onSeq, onLost } = this.#deps;
    for (let failures = 1; !signal.aborted; failures++) {
      try {
        const detail = await api.session(session);
        if (signal.aborted) return;
        this.#detail.value = this.#early
          .filter(({ seq }) => (seq ?? 0) > detail.seq)
          .reduce<ProjectDetail>(foldDetail, detail);
        this.#early = [];
        return onSeq(detail.seq);
      } catch (error) {
        const problem = toApiError(error);
        if (problem.status === 404) onLost(problem);
        if (isFinal(problem)) return;
      }
      await timing.wait(backoffMs(failures, timing), signal).catch(() => undefined);
    }
  }

  /** @param isNew whether the project was made on this page: then its first event brings the detail */
  apply(event: RedrawEvent, isNew: boolean): void {
    const detail = this.#detail.peek();
    if (detail) {
      if ((event.seq ?? 0) > detail.seq) this.#detail.value = foldDetail(detail, event);
    } else {
      this.#detail.value = isNew ? newDetail(event) : null;
      if (event.seq !== null) this.#early.push(event);
    }
  }

  change(change: Partial<ProjectDetail>): void {
    if (this.#detail.value) this.#detail.value = { ...this.#detail.value, ...change };
  }
}
