/**
 * Sentences by the code of an error. A code without one here is shown with the server's own sentence, the `detail` of its
 * problem document.
 */

export const errorWords = {
  errors: {
    unreachable: 'Redraw could not be reached. Look at your connection and try again.',
  },
};

export type ErrorWords = typeof errorWords;
