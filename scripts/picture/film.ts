import type { Page } from 'playwright-core';

export interface Frame {
  png: Buffer;
  /** How long it is shown, in milliseconds. */
  ms: number;
}

/** The shortest time that a frame of {@link Film.follow} is shown, in milliseconds: more frames make a larger file, not a smoother one. */
const shortest = 80;

/** Screenshots of a page, each with the time that it is shown. Waiting for the page and the encoder takes no time in the film. */
export class Film {
  readonly #page: Page;
  readonly #frames: Frame[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** The frames so far, equal ones in a row joined. */
  get frames(): readonly Frame[] {
    const joined: Frame[] = [];
    for (const { png, ms } of this.#frames) {
      const last = joined.at(-1);
      if (last?.png.equals(png)) last.ms += ms;
      else joined.push({ png, ms });
    }
    return joined;
  }

  /** Takes one frame, shown for `ms`. */
  async take(ms: number): Promise<void> {
    this.#frames.push({ png: await this.#shoot(), ms });
  }

  /** Takes frames until `work` is done, and shows them in `ms`, whatever time it took. */
  async follow(work: Promise<unknown>, ms: number): Promise<void> {
    let done = false;
    const ended = work.finally(() => {
      done = true;
    });
    const shots: { png: Buffer; at: number }[] = [];
    const begun = performance.now();
    do {
      const at = performance.now() - begun;
      shots.push({ png: await this.#shoot(), at });
    } while (!done);
    await ended;
    const pace = ms / (performance.now() - begun);
    let shown = 0;
    for (const [index, { png }] of shots.entries()) {
      const next = shots[index + 1];
      const until = next ? next.at * pace : ms;
      if (until - shown < shortest && next) continue;
      this.#frames.push({ png, ms: until - shown });
      shown = until;
    }
  }

  #shoot(): Promise<Buffer> {
    return this.#page.screenshot({ caret: 'initial', scale: 'css' });
  }
}
