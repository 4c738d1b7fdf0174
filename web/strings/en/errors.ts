/**
 * Sentences by the code of an error. A code without one here is shown with the server's own sentence, the `detail` of its
 * problem document.
 */

/** Headings of the dialog that a refused turn opens. */
const headings: Record<string, string> = {
  sign_in_required: 'How would you like to go on?',
  subscription_required: 'This model needs your own Claude',
  hosted_budget_spent: 'Connect Claude to go on',
  connection_broken: 'Connect Claude again',
};

export const errorWords = {
  errors: {
    unreachable: 'Redraw could not be reached. Look at your connection and try again.',
  },
  refusals: {
    heading: (code: string) => headings[code] ?? 'This turn was not taken',
  },
};

export type ErrorWords = typeof errorWords;
