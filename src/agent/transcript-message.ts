import type Anthropic from '@anthropic-ai/sdk';

/** A message of the transcript with its turn. */
export interface TranscriptMessage {
  turn: string;
  message: Anthropic.MessageParam;
  /** Of a reply: its step. */
  step?: number;
  /** Whether it never goes to Claude. It keeps its index all the same: compactions are stored as indexes. */
  isLeftOut?: boolean;
}

/**
 * How far a transcript is compacted, as indexes of messages. They only ever move forward; the same indexes applied to the same messages
 * give the same bytes. Sessions store this object as JSON: its keys are fixed.
 */
export interface Compaction {
  /** Turns before this message are summarised: one line for the prompt, one for Claude's closing text. */
  fold: number;
  /** Before this message, images and long tool inputs and results are replaced by a stub. */
  elide: number;
  /**
   * Before this message, thinking blocks are omitted: they are bound to their conversation, and invalid once anything before them has
   * changed.
   */
  unthink: number;
}

export const noCompaction: Compaction = { fold: 0, elide: 0, unthink: 0 };
