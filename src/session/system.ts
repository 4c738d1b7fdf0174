import { systemPrompt } from '../agent/system-prompt.ts';
import { shelf } from '../preview/shelf.ts';

/** The system prompt: the same bytes for every session of a deployment. */
export const system = systemPrompt(shelf);
