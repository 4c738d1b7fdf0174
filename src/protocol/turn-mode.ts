import * as v from 'valibot';

/** What a prompt may do: `build` changes files; `ask` is a question, for which Claude only reads, and no version comes of it. */
export const PromptMode = v.picklist(['build', 'ask'], 'A prompt is to "build" or to "ask".');
export type PromptMode = v.InferOutput<typeof PromptMode>;

/** What a turn does; `fresh_start`: Claude summarises the conversation, and changes nothing. */
export type TurnMode = PromptMode | 'fresh_start';
