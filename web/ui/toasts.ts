import { type ReadonlySignal, signal } from '@preact/signals';

export interface ToastOptions {
  action?: { label: string; run(): void };
  /** Called when the toast closes without its action. */
  onGone?(): void;
  /** Milliseconds until the toast closes by itself. Default 7000. */
  forMs?: number;
}

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly action: { label: string; run(): void } | null;
}

interface Entry {
  timer: ReturnType<typeof setTimeout> | undefined;
  onGone: () => void;
}

const DEFAULT_MS = 7000;
/** Toasts at the most: more would hide the page. */
const MAX_TOASTS = 3;

/** Short notices, newest last. Each closes by itself, but not while the pointer or the focus is on one. */
export class Toasts {
  readonly #list = signal<readonly Toast[]>([]);
  readonly list: ReadonlySignal<readonly Toast[]> = this.#list;
  readonly #entries = new Map<number, Entry>();
  #next = 1;
  #isHeld = false;

  show(text: string, { action, onGone = () => undefined, forMs = DEFAULT_MS }: ToastOptions = {}): void {
    // Said again, it stands once more for its whole time, and not twice.
    const same = action ? undefined : this.#list.value.find((toast) => toast.text === text && !toast.action);
    if (same) this.close(same.id);
    const id = this.#next++;
    const run = action && {
      label: action.label,
      run: () => {
        this.#drop(id);
        action.run();
      },
    };
    this.#entries.set(id, { timer: setTimeout(() => this.#expire(id), forMs), onGone });
    this.#list.value = [...this.#list.value, { id, text, action: run ?? null }];
    const oldest = this.#list.value[0];
    if (this.#list.value.length > MAX_TOASTS && oldest) this.close(oldest.id);
  }

  close(id: number): void {
    const entry = this.#entries.get(id);
    this.#drop(id);
    entry?.onGone();
  }

  /** Keeps all toasts open, while the pointer or the focus is on one. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  #expire(id: number): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (this.#isHeld) entry.timer = setTimeout(() => this.#expire(id), 1000);
    else this.close(id);
  }

  #drop(id: number): void {
    clearTimeout(this.#entries.get(id)?.timer);
    this.#entries.delete(id);
    this.#list.value = this.#list.value.filter((toast) => toast.id !== id);
    if (this.#list.value.length === 0) this.#isHeld = false;
  }
}
