import { computed, effect, type ReadonlySignal, signal } from '@preact/signals';
import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { Api } from '../api/api.ts';
import { toApiError } from '../api/api-error.ts';
import { Attachments, type AttachTools, type Place } from '../attach/attachments.ts';
import { isBusy } from './activity.ts';
import { pickedBlock } from './picked-element.ts';
import type { Project } from './project.ts';
import { filesOf } from './view.ts';

/** A prompt whose files cannot go up while a turn runs: it waits in this page until nothing runs. */
export interface Held {
  readonly id: number;
  readonly prompt: string;
  readonly files: Attachments;
  /** It was tried and refused: it waits for the visitor. */
  readonly failed: boolean;
}

export interface OutgoingPromptsDeps {
  project: Project;
  api: Pick<Api, 'fileUrl'>;
  tools?: () => Promise<AttachTools>;
}

/** What the visitor is about to say to a project: the text, the files that go with it, and what waits for the running turn. */
export class OutgoingPrompts {
  readonly text = signal('');
  readonly attachments: Attachments;
  readonly #held = signal<readonly Held[]>([]);
  readonly held: ReadonlySignal<readonly Held[]> = this.#held;
  readonly #isUploading = signal(false);
  readonly isUploading: ReadonlySignal<boolean> = this.#isUploading;
  /** What is put in front of the text: the element that was pointed at. */
  readonly preface = computed(() => {
    const picked = this.#project.picked.value;
    return picked ? `${pickedBlock(picked)}\n\n` : '';
  });
  readonly #project: Project;
  readonly #options: OutgoingPromptsDeps;
  readonly #stop: () => void;
  #isDelivering = false;
  #nextId = 1;

  constructor(options: OutgoingPromptsDeps) {
    this.#options = options;
    this.#project = options.project;
    this.attachments = new Attachments(options.tools);
    this.#stop = effect(() => {
      if (this.#held.value.length > 0 && !this.#isBusy()) void this.#deliver();
    });
  }

  /** Sends what stands in the box, with its files. What was refused comes back into the box. @param more what is asked of it beside */
  async send(more: Pick<ChatRequest, 'force' | 'notBefore'> = {}): Promise<void> {
    const project = this.#project;
    const typed = this.text.value;
    const picked = project.picked.value;
    if (typed.trim() === '') return;
    const prompt = this.preface.value + typed;
    const clear = () => {
      this.text.value = '';
      project.picked.value = null;
    };
    const restore = () => {
      if (this.text.value === '') this.text.value = typed;
      project.picked.value ??= picked;
    };
    let paths: string[] = [];
    if (this.attachments.items.value.length > 0) {
      if (this.#isBusy()) {
        clear();
        return this.#hold(prompt);
      }
      this.#isUploading.value = true;
      try {
        paths = await this.attachments.upload(this.#place());
      } catch (error) {
        const problem = toApiError(error);
        if (problem.code !== 'turn_in_progress') {
          project.failure.value = problem;
          return;
        }
        // Another tab was faster.
        clear();
        this.#hold(prompt);
        return void project.refresh();
      } finally {
        this.#isUploading.value = false;
      }
    }
    const files = this.attachments.take();
    clear();
    const options = paths.length > 0 ? { ...more, attachments: paths } : more;
    if (await project.send(prompt, options, () => void this.send())) return;
    restore();
    this.attachments.put(files);
  }

  editHeld(id: number, prompt: string): void {
    this.#change(id, { prompt });
  }

  removeHeld(id: number): void {
    this.#held.value = this.#held.value.filter((held) => held.id !== id);
  }

  retryHeld(id: number): void {
    this.#change(id, { failed: false });
  }

  close(): void {
    this.#stop();
  }

  /** A turn runs, or is about to. */
  #isBusy(): boolean {
    const { sending, view } = this.#project;
    return sending.value !== null || isBusy(view.value);
  }

  #place(): Place {
    const { id, view, detail } = this.#project;
    return {
      url: (path) => this.#options.api.fileUrl(id, path),
      own: (move) => this.#project.asOwn(move),
      has: (path) =>
        filesOf(view.peek()).has(path) || (detail.peek()?.files.some((file) => file.path === path) ?? false),
    };
  }

  #hold(prompt: string): void {
    const files = new Attachments(this.#options.tools);
    files.put(this.attachments.take());
    this.#held.value = [...this.#held.value, { id: this.#nextId++, prompt, files, failed: false }];
  }

  /** Sends the first prompt that waits. Each change of the project's view is an occasion to try. */
  async #deliver(): Promise<void> {
    const next = this.#held.value.find(({ failed }) => !failed);
    if (!next || this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      const attachments = await next.files.upload(this.#place());
      // It may have been changed or removed meanwhile.
      const now = this.#held.value.find(({ id }) => id === next.id);
      if (!now) return;
      const again = () => this.retryHeld(next.id);
      if (await this.#project.send(now.prompt, { attachments }, again)) this.removeHeld(next.id);
      else this.#change(next.id, { failed: true });
    } catch (error) {
      const problem = toApiError(error);
      if (problem.code === 'turn_in_progress') void this.#project.refresh();
      else {
        this.#project.failure.value = problem;
        this.#change(next.id, { failed: true });
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #change(id: number, change: Partial<Held>): void {
    this.#held.value = this.#held.value.map((held) => (held.id === id ? { ...held, ...change } : held));
  }
}
