/**
 * Sentences by the code of an error that the page meets itself. What the server tells has its own, the `detail` of its problem document,
 * and in other languages those of `server-words.ts`.
 */

export const errorWords = {
  errors: {
    unreachable: 'Redraw could not be reached. Look at your connection and try again.',
    unreadable: 'The server’s answer could not be read. Try again in a moment.',
  },
};

export type ErrorWords = typeof errorWords;
