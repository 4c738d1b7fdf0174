import type { RedrawEvent } from '../../src/protocol/events.ts';
import type { View } from './view.ts';

/** Remembers the turns and versions that this page caused, to tell them from those of other windows and devices. */
export class ChangesMadeHere {
  /** Prompts that this page sent and whose turns have not begun. */
  readonly #prompts: string[] = [];
  readonly #versions = new Set<number>();
  /** Running calls of this page that may make a version. */
  #pendingCalls = 0;

  addPrompt(prompt: string): void {
    this.#prompts.push(prompt);
  }

  /** Counts prompts with a start time as own once they leave the queue: they start by themselves, whichever page set the time. */
  addStarted(before: View['queue'], after: View['queue']): void {
    const started = before.filter(({ id, notBefore }) => notBefore && !after.some((item) => item.id === id));
    for (const { prompt } of started) if (!this.#prompts.includes(prompt)) this.#prompts.push(prompt);
  }

  /** Runs a call that makes a version, and counts the version as own. */
  async run(call: () => Promise<number>): Promise<number> {
    this.#pendingCalls += 1;
    try {
      const version = await call();
      this.#versions.add(version);
      return version;
    } finally {
      this.#pendingCalls -= 1;
    }
  }

  /**
   * What another window or device did, as far as an event tells; null for own changes. To be asked once for each event: a turn
   * uses up the prompt that it began with.
   *
   * @param isRunning whether a turn runs: then the version is the turn's
   */
  foreignChange(event: RedrawEvent, isRunning: boolean): 'turn' | 'version' | null {
    if (event.type === 'turn_started') {
      // Its line in the conversation tells of it.
      if (event.data.mode === 'fresh_start') return null;
      const own = this.#prompts.indexOf(event.data.prompt);
      if (own >= 0) this.#prompts.splice(own, 1);
      return own < 0 ? 'turn' : null;
    }
    if (event.type !== 'version' || this.#pendingCalls > 0 || isRunning) return null;
    return this.#versions.has(event.data.version) ? null : 'version';
  }
}
