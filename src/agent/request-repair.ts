import type Anthropic from '@anthropic-ai/sdk';
import type { ClaudeFailure } from '../claude/claude-error.ts';
import type { Repair } from '../claude/failure-rules.ts';
import type { Draft } from '../protocol/events.ts';
import type { ToolLine } from '../protocol/tool-line.ts';
import { hasImages } from './request-images.ts';
import { isThinking } from './shorten-messages.ts';
import type { TurnDeps } from './turn-interfaces.ts';

/** The message that an error names, as in `messages.4.content.0.image.source.base64: image exceeds 5 MB maximum`. */
const namedMessage = /messages\.(\d+)\./;

/** Changes the transcript after Claude has refused a request for it, so that the next request is another. */
export class RequestRepair {
  /** The messages of the last request. */
  sent: readonly Anthropic.MessageParam[] = [];
  readonly #turn: Pick<TurnDeps, 'journal' | 'turn'>;
  readonly #step: number;
  /** What the visitor was told of pictures that Claude could not be shown. */
  readonly #told: Draft[] = [];
  #imageRepairs = 0;

  constructor(turn: Pick<TurnDeps, 'journal' | 'turn'>, step: number) {
    this.#turn = turn;
    this.#step = step;
  }

  /** @returns false where nothing is left to change */
  apply(how: Repair, failure: ClaudeFailure): boolean {
    const { journal } = this.#turn;
    if (how === 'without_images') return this.#forgetImages('message' in failure ? (failure.message ?? '') : '');
    if (how === 'shorter')
      return journal.shorten(failure.kind === 'http' && failure.status === 413 ? 'bytes' : 'tokens');
    const hadThinking = this.sent.some(({ content }) => Array.isArray(content) && content.some(isThinking));
    if (hadThinking) journal.forgetThinking();
    return hadThinking;
  }

  /** Emits again what the visitor was told in this step: a discarded step takes it back. */
  tellAgain(): void {
    for (const draft of this.#told) this.#turn.journal.emit(draft);
  }

  /** First the pictures of the message that Claude names, or of the newest that has any; in the end those of all messages. */
  #forgetImages(message: string): boolean {
    const candidates = this.sent.filter(hasImages);
    const named = this.sent[Number(namedMessage.exec(message)?.[1] ?? -1)];
    const culprit = named && hasImages(named) ? named : candidates.at(-1);
    if (!culprit) return false;
    for (const each of ++this.#imageRepairs < 3 ? [culprit] : candidates) {
      for (const name of this.#turn.journal.forgetImages(each)) this.#tell(name);
    }
    return true;
  }

  #tell(name: string): void {
    const { turn, journal } = this.#turn;
    const id = `view_${this.#step}_${this.#told.length + 1}`;
    const line: ToolLine = {
      verb: 'view_image',
      title: `Could not show Claude ${name}`,
      path: name,
      fields: { reason: 'image' },
    };
    const draft: Draft = {
      type: 'tool',
      data: { turn, step: this.#step, id, name: 'view_image', state: 'failed', ...line },
    };
    this.#told.push(draft);
    journal.emit(draft);
  }
}
