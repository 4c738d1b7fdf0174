import { batch, type ReadonlySignal, signal } from '@preact/signals';
import type { SendResult } from './event-stream-client.ts';

/** The prompt that is on its way: from the moment it is sent until the page shows its turn, or it is queued or refused. */
export class SendingPrompt {
  readonly #prompt = signal<string | null>(null);
  readonly prompt: ReadonlySignal<string | null> = this.#prompt;
  readonly #shownTurn: () => string | null;
  readonly #isExpecting: () => boolean;
  #turnBefore: string | null = null;
  /** Whether the server has taken the newest prompt. */
  #isTaken = false;

  /**
   * @param shownTurn id of the newest turn that the page shows
   * @param isExpecting whether an event may come, or be rendered, that brings a turn
   */
  constructor(shownTurn: () => string | null, isExpecting: () => boolean) {
    this.#shownTurn = shownTurn;
    this.#isExpecting = isExpecting;
  }

  /** @param prompt null: it is not shown, because a turn runs */
  async run(prompt: string | null, send: () => Promise<SendResult>): Promise<void> {
    this.#turnBefore = this.#shownTurn();
    this.#isTaken = false;
    if (prompt !== null) this.#prompt.value = prompt;
    try {
      this.#isTaken = (await send()).kind === 'streaming';
    } finally {
      if (this.#isTaken) this.settle();
      else this.#prompt.value = null;
    }
  }

  /** Ends the prompt if its turn is shown, or none is expected. @param show changes what the page shows */
  settle(show: () => void = () => undefined): void {
    batch(() => {
      show();
      if (!this.#isTaken || (this.#shownTurn() === this.#turnBefore && this.#isExpecting())) return;
      this.#prompt.value = null;
    });
  }
}
