import type { FrameProblem } from '../../../src/protocol/bridge-messages.ts';
import { type BuildWords, buildSentence } from '../../../src/protocol/build-fault.ts';

/** A problem in words of a language, where it is one of the preview's build; else in its own. */
export function problemIn(words: BuildWords, { message, spot, fault }: FrameProblem): string {
  return spot && fault ? buildSentence(words, spot.file, fault) : message;
}
