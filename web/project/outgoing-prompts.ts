import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals';
import type { PickedElement } from '../../src/protocol/bridge-messages.ts';
import { isBlank } from '../../src/protocol/is-blank.ts';
import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { PromptMode } from '../../src/protocol/turn-mode.ts';
import { type ApiError, toApiError } from '../api/api-error.ts';
import type { AttachmentTools, UploadTarget } from '../attach/attachment.ts';
import { Attachments } from '../attach/attachments.ts';
import { pickedBlock } from './picked-element.ts';

/** A prompt held back in this page until no turn runs: its files cannot be uploaded before. */
export interface HeldPrompt {
  readonly id: number;
  readonly prompt: string;
  readonly files: Attachments;
  readonly mode: PromptMode;
  /** It was sent and refused; it is not sent again without the visitor. */
  readonly failed: boolean;
}

type SendOptions = Pick<ChatRequest, 'force' | 'attachments' | 'mode' | 'notBefore'>;

/** A request without a mode builds. */
const modeField = (mode: PromptMode) => (mode === 'build' ? {} : { mode });

/** What outgoing prompts need of their project. */
export interface OutgoingPromptsDeps {
  picked: Signal<PickedElement | null>;
  workspace: UploadTarget;
  /** Whether a turn runs, a prompt is on its way, or one is queued. Reads signals. */
  isBusy(): boolean;
  /**
   * @param again sends the prompt once more if it was refused
   * @returns false if the prompt was refused
   */
  send(prompt: string, options: SendOptions, again: () => void): Promise<boolean>;
  /** Shows a failure. */
  fail(error: ApiError): void;
  /** Reads what has happened in the project meanwhile. */
  catchUp(): void;
  /** The browser's own unless a test passes others. */
  tools?: () => Promise<AttachmentTools>;
}

/** The prompt box of a project (text and attachments), and the prompts held back while a turn runs. */
export class OutgoingPrompts {
  readonly text = signal('');
  /** What the prompts from the box are to do, until it is changed. */
  readonly mode = signal<PromptMode>('build');
  readonly attachments: Attachments;
  readonly #held = signal<readonly HeldPrompt[]>([]);
  readonly held: ReadonlySignal<readonly HeldPrompt[]> = this.#held;
  readonly #isUploading = signal(false);
  readonly isUploading: ReadonlySignal<boolean> = this.#isUploading;
  /** Precedes the text in the prompt: a description of the picked element. */
  readonly preface = computed(() => {
    const picked = this.#deps.picked.value;
    return picked ? `${pickedBlock(picked)}\n\n` : '';
  });
  readonly #deps: OutgoingPromptsDeps;
  readonly #stopEffect: () => void;
  #isDelivering = false;
  #nextId = 1;

  constructor(deps: OutgoingPromptsDeps) {
    this.#deps = deps;
    this.attachments = new Attachments(deps.tools);
    this.#stopEffect = effect(() => {
      if (this.#held.value.length > 0 && !deps.isBusy()) void this.#deliverNext();
    });
  }

  /** Sends the text in the box with its attachments. Restores both if the prompt was refused. */
  async send(given: Pick<ChatRequest, 'force' | 'notBefore'> = {}): Promise<void> {
    const { picked, fail, catchUp, isBusy, workspace } = this.#deps;
    const typed = this.text.value;
    const element = picked.value;
    if (isBlank(typed)) return;
    const prompt = this.preface.value + typed;
    const mode = this.mode.value;
    const options = { ...given, ...modeField(mode) };
    const clear = () => {
      this.text.value = '';
      picked.value = null;
    };
    const restore = () => {
      if (this.text.value === '') this.text.value = typed;
      picked.value ??= element;
    };
    let paths: string[] = [];
    if (this.attachments.items.value.length > 0) {
      if (isBusy()) {
        clear();
        return this.#hold(prompt, mode);
      }
      this.#isUploading.value = true;
      try {
        paths = await this.attachments.upload(workspace);
      } catch (error) {
        const problem = toApiError(error);
        if (problem.code !== 'turn_in_progress') return fail(problem);
        // Another window started a turn first.
        clear();
        this.#hold(prompt, mode);
        return catchUp();
      } finally {
        this.#isUploading.value = false;
      }
    }
    const files = this.attachments.take();
    clear();
    const withPaths = paths.length > 0 ? { ...options, attachments: paths } : options;
    if (await this.#deps.send(prompt, withPaths, () => void this.send())) return;
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
    this.#stopEffect();
  }

  #hold(prompt: string, mode: PromptMode): void {
    const files = new Attachments(this.#deps.tools);
    files.put(this.attachments.take());
    const id = this.#nextId++;
    this.#held.value = [...this.#held.value, { id, prompt, files, mode, failed: false }];
  }

  /** Sends the first held prompt. The effect calls it again whenever the project changes while idle. */
  async #deliverNext(): Promise<void> {
    const next = this.#held.value.find(({ failed }) => !failed);
    if (!next || this.#isDelivering) return;
    this.#isDelivering = true;
    try {
      const attachments = await next.files.upload(this.#deps.workspace);
      // The visitor may have edited or removed it during the upload.
      const current = this.#held.value.find(({ id }) => id === next.id);
      if (!current) return;
      const again = () => this.retryHeld(next.id);
      if (await this.#deps.send(current.prompt, { attachments, ...modeField(current.mode) }, again))
        this.removeHeld(next.id);
      else this.#change(next.id, { failed: true });
    } catch (error) {
      const problem = toApiError(error);
      if (problem.code === 'turn_in_progress') this.#deps.catchUp();
      else {
        this.#deps.fail(problem);
        this.#change(next.id, { failed: true });
      }
    } finally {
      this.#isDelivering = false;
    }
  }

  #change(id: number, change: Partial<HeldPrompt>): void {
    this.#held.value = this.#held.value.map((held) => (held.id === id ? { ...held, ...change } : held));
  }
}
