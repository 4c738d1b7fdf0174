import { type ReadonlySignal, signal } from '@preact/signals';

export interface ToastOptions {
  action?: { label: string; run(): void };
  /** Called when it goes without its action having been taken. */
  onGone?(): void;
  /** Milliseconds until it goes by itself. 7000 unless told. */
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
/** More would hide the page. */
const MOST = 3;

/** Short notices of what has happened, newest last. Each goes by itself; a pointer or the focus on them holds the time. */
export class Toasts {
  readonly #list = signal<readonly Toast[]>([]);
  readonly list: ReadonlySignal<readonly Toast[]> = this.#list;
  readonly #entries = new Map<number, Entry>();
  #next = 1;
  #isHeld = false;

  show(text: string, { action, onGone = () => undefined, forMs = DEFAULT_MS }: ToastOptions = {}): void {
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
    if (this.#list.value.length > MOST && oldest) this.close(oldest.id);
  }

  close(id: number): void {
    const entry = this.#entries.get(id);
    this.#drop(id);
    entry?.onGone();
  }

  /** While they are pointed at, none goes. */
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
