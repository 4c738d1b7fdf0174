import type { ErrorWords } from '../en/errors.ts';

export const errorWords: ErrorWords = {
  errors: {
    unreachable: 'Redraw est injoignable. Vérifiez votre connexion et réessayez.',
    unreadable: 'La réponse du serveur n’a pas pu être lue. Réessayez dans un instant.',
  },
};
