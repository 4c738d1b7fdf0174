import type { ErrorWords } from '../en/errors.ts';

export const errorWords: ErrorWords = {
  errors: {
    unreachable: 'Redraw ist nicht zu erreichen. Prüfen Sie Ihre Verbindung, und versuchen Sie es noch einmal.',
    unreadable: 'Die Antwort des Servers ließ sich nicht lesen. Versuchen Sie es gleich noch einmal.',
  },
};
