/** The model that makes small turns for the least. */
export const smallModel = 'claude-haiku-5-5';
