import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { spendingWords } from './spending.ts';

const { day, number, plural } = formatsOf('fr');
const { credits } = spendingWords.spending;

const previews: Record<string, string> = {
  ready: 'Montre l’application',
  error: 'A des problèmes',
  unknown: 'Pas regardé',
};

export const reviewWords: Pick<LateWords, 'reviews'> = {
  reviews: {
    heading: 'Vérifications et retours',
    loading: 'Recherche de vos vérifications…',
    failed: 'Vos vérifications n’ont pas pu être listées.',
    none: 'Vous n’avez demandé aucune vérification. « C’était trop cher » sur un reçu en commence une.',
    states: {
      submitted: 'En attente d’une décision',
      confirmed: 'Confirmée',
      declined: 'Refusée',
      restored: 'Restituée',
    },
    asked: (at) => `Demandée le ${day(at)}`,
    due: (at) => `Décision le ${day(at)} au plus tard`,
    restored: (amount) => `${credits(amount)} restitués`,
    cost: (amount) => `Coût : ${credits(amount)}`,
    dialog: 'C’était trop cher',
    lead: 'Le serveur regarde ce qui s’est mal passé. Une faute évidente de notre part est restituée aussitôt ; une personne examine tout le reste.',
    preparing: 'Ce qui est connu est rassemblé…',
    notPrepared: 'Ce qui est connu de ce projet n’a pas pu être rassemblé.',
    project: 'Projet',
    model: 'Modèle',
    preview: 'Aperçu',
    previews,
    conversation: 'Échange',
    size: (messages, tokens) => `${plural(messages, { one: 'message', other: 'messages' })}, ${number(tokens)} jetons`,
    task: 'Que vouliez-vous faire ?',
    contact: 'Où pouvons-nous répondre ? (facultatif)',
    ask: 'Demander une vérification',
    resultRestored: (amount) => `C’était notre faute. ${credits(amount)} sont de nouveau dans votre solde.`,
    resultWaits: (at) => `Votre vérification est en cours. La décision arrive le ${day(at)} au plus tard.`,
    tips: 'Ce qui coûte moins ici',
    tip: {
      start_fresh: (percent) => `${number(percent)} pour cent du coût servaient à relire l’échange.`,
      smaller_model: 'Les petits changements coûtent moins avec un petit modèle.',
      describe_differently: 'Claude tournait en rond : annulez, et décrivez autrement ce que vous voulez.',
      check_preview: 'L’aperçu avait des problèmes : regardez-le, et dites à Claude ce que vous voyez.',
      attach_less: 'Chaque fichier joint est lu à chaque étape : joignez-en moins.',
      ask_first: 'Un changement à la fois, avec son endroit, demande le moins d’étapes.',
    },
    startFresh: 'Repartir à neuf',
    useSmall: 'Utiliser Haiku',
    smallUsed: 'Les prochains tours utilisent Haiku.',
    askAbout: (title) => `Demander au sujet du dernier tour de ${title}`,
    mail: 'Écrire plutôt un e-mail',
    feedback: 'Envoyer un retour',
    kind: 'De quoi s’agit-il ?',
    kinds: { feedback: 'Un retour', bug: 'Quelque chose ne marche pas', build: 'Quelque chose que j’ai créé' },
    text: 'Votre message',
    send: 'Envoyer',
    sent: 'Merci. Votre message est arrivé.',
    enquiry: 'Demander une offre sur mesure',
    members: 'Personnes (facultatif)',
    budget: 'Dollars par mois (facultatif)',
    needs: 'De quoi avez-vous besoin ?',
  },
};
