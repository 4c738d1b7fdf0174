import type { LateWords } from '../en/late-load.ts';
import { formatsOf } from '../formats/formats.ts';
import { accountWords } from './account.ts';
import { creditWords } from './credits.ts';
import { limitWords } from './limits.ts';
import { previewWords } from './preview.ts';
import { reviewWords } from './reviews.ts';
import { spendingWords } from './spending.ts';

const { number, plural, percent, bytes, usd, or } = formatsOf('fr');

const payers: Record<string, string> = {
  trial: 'un tour d’essai',
  connection: 'votre propre Claude',
  hosted: 'l’exploitant de ce site',
  credits: 'vos crédits',
};

export const lateFr: LateWords = {
  ...previewWords,
  ...accountWords,
  ...creditWords,
  ...limitWords,
  ...reviewWords,
  ...spendingWords,
  projects: {
    search: 'Trouver un projet',
    noneFound: 'Aucun projet ne porte ce titre.',
    failed: 'Vos projets n’ont pas pu être listés.',
    noPicture: 'Pas encore d’image',
    menu: (title) => `Renommer ou supprimer ${title}`,
    rename: 'Renommer',
    renameItem: (title) => `Renommer ${title}`,
    renameLabel: 'Titre du projet',
    remove: 'Supprimer',
    removeItem: (title) => `Supprimer ${title}`,
    removed: (title) => `${title} est supprimé`,
    undo: 'Annuler',
    notRemoved: (title) => `${title} n’a pas pu être supprimé. Il est toujours là.`,
    notRenamed: (title) => `${title} n’a pas pu être renommé.`,
  },
  news: {
    elsewhereTurn: 'Un tour a été lancé dans une autre fenêtre.',
    elsewhereVersion: 'Une autre version a été posée sur la feuille dans une autre fenêtre.',
  },
  talk: {
    undoFirst: 'Le texte est revenu dans le champ. Ce qu’il a donné reste en place ; l’annuler avant de renvoyer ?',
    undoTurn: 'Annuler ce tour',
    taken: 'Le tour est annulé.',
  },
  notFound: {
    heading: 'Rien n’est dessiné ici',
    project:
      'Il n’y a pas de projet à cette adresse, ou il n’est pas à vous. Un projet appartient au navigateur qui l’a créé, ou au compte auquel vous vous connectez. Un navigateur dont les cookies ont été supprimés en est un autre.',
    cookie:
      'Redraw ne connaît pas ce navigateur : il n’a envoyé aucun cookie (bloqué ou supprimé), ou sa connexion a pris fin. Si quelque chose ici est à vous, autorisez les cookies pour ce site, ou reconnectez-vous.',
    page: 'Il n’y a rien à cette adresse.',
    start: 'Aller à l’accueil',
    broken: {
      heading: 'Le crayon s’est cassé',
      page: 'Quelque chose s’est cassé de notre côté. Rien n’est perdu ; rechargez la page dans un instant.',
    },
  },
  queue: {
    heading: (count) =>
      plural(count, { one: 'demande en attente', many: 'de demandes en attente', other: 'demandes en attente' }),
    edit: 'Modifier',
    editLabel: 'Demande en attente',
    save: 'Enregistrer',
    cancel: 'Annuler',
    remove: 'Retirer',
    removeItem: (prompt) => `Retirer : ${prompt}`,
    editItem: (prompt) => `Modifier : ${prompt}`,
    moveItem: (prompt, place, count) =>
      `Déplacer : ${prompt}. Place ${number(place)} sur ${number(count)}. Les flèches du clavier la déplacent.`,
    moved: (place, count) => `Maintenant à la place ${number(place)} sur ${number(count)}`,
    files: (count) => plural(count, { one: 'fichier', many: 'de fichiers', other: 'fichiers' }),
  },
  attachments: {
    list: 'Fichiers joints',
    remove: (name) => `Retirer ${name}`,
    preparing: 'Préparation',
    uploading: (share) => `${percent(share)} envoyés`,
    waits: 'Sera envoyé à la fin de ce tour',
    waitsHint:
      'Tant qu’un tour est en cours, personne d’autre ne change les fichiers. La demande et ses fichiers attendent ici qu’il soit terminé.',
    failed: 'N’a pas été envoyé',
    again: 'Réessayer',
    scaled: (width, height) => `Réduit à ${number(width)} × ${number(height)} pour Claude`,
    size: bytes,
    refusedType: (name, kinds) =>
      `${name} ne peut pas être joint. Sont acceptés les images (${or(kinds)}) et les fichiers texte.`,
    refusedBinary: (name) => `${name} ne peut pas être joint : son nom est celui d’un texte, mais ce n’en est pas un.`,
    refusedImage: (name) => `${name} ne peut pas être joint : ce navigateur ne sait pas lire cette image.`,
    refusedSize: (name, size, limit) => `${name} pèse ${bytes(size)}. Un fichier peut peser ${bytes(limit)}.`,
    refusedEmpty: (name) => `${name} est vide.`,
    refusedCount: (limit) =>
      `Une demande emporte au plus ${plural(limit, { one: 'fichier', many: 'de fichiers', other: 'fichiers' })}.`,
  },
  receipt: {
    payer: 'Payé par',
    payers: { ...payers },
    model: 'Modèle',
    input: 'Tokens envoyés',
    output: 'Tokens reçus',
    cached: 'Lus dans le cache',
    stored: 'Mis en cache',
    price: 'Prix catalogue',
    markup: '0 % de marge',
    first: 'Premier mot après',
    whole: 'Tour entier',
    steps: 'Réponses de Claude',
    count: number,
  },
  notify: {
    offer: 'Me prévenir à la fin',
    on: 'Vous serez prévenu à la fin',
    refused: 'Ce navigateur n’autorise pas les messages de cette page.',
  },
  turn: {
    freshStart: 'Repartir à neuf',
    freshStarted: 'Reparti à neuf',
    freshRunning: 'Claude écrit un résumé de la conversation.',
    freshWhat: 'Claude continue à partir de ce résumé. Les fichiers et ce qui a été dit restent.',
    freshTakenBack: 'Annulé : Claude continue à partir de toute la conversation.',
    freshUndo: 'Annuler',
    freshUndoLabel: 'Annuler le nouveau départ',
  },
  composer: {
    askLabel: 'Que voulez-vous savoir ?',
    askPlaceholder: 'Posez une question sur l’app ; rien ne change …',
    pointed: (what) => `À propos de : ${what}`,
    unpoint: 'Ne pas parler de cet élément',
    modes: { label: 'Ce que fait la demande', build: 'Construire', ask: 'Demander' },
    commands: {
      undo: 'Annuler le dernier changement',
      redo: 'Rétablir ce qui a été annulé',
      stop: 'Arrêter ce tour',
      model: 'Choisir le modèle',
      ask: 'Demander : les prochaines demandes sont des questions, rien ne change',
      build: 'Construire : les prochaines demandes modifient l’app',
      fresh: 'Repartir à neuf : un résumé prend la place de la conversation',
      export: 'Télécharger le projet en zip',
      notNow: 'impossible pour l’instant',
    },
  },
  models: {
    heading: 'Modèle',
    lead: 'Il répond à partir du prochain tour.',
    loading: 'Chargement des modèles',
    price: (input, output) => `${usd(input)} en entrée, ${usd(output)} en sortie, par million de jetons`,
    current: 'utilisé',
    notAllowed: 'Demande un Claude à vous',
    notOwned: 'Absent de votre compte Claude',
    noPrice: 'prix inconnu',
    connect: 'Connecter Claude pour choisir parmi tous ses modèles',
    cache:
      'Ce que Claude a déjà lu ne coûte qu’une fraction du prix, mais chaque modèle a sa mémoire. Après un changement, le prochain tour relit une fois la conversation au plein tarif.',
    chosen: (name) => `${name} répond à partir du prochain tour.`,
  },
  keys: {
    heading: 'Touches',
    groups: { write: 'Écrire', turn: 'Le tour', sheet: 'La feuille', around: 'Se déplacer' },
    send: 'Envoyer',
    line: 'Commencer une ligne',
    recall: 'Rappeler le dernier texte (champ vide)',
    command: 'Commandes (au début du champ)',
    stop: 'Arrêter le tour',
    undo: 'Annuler',
    redo: 'Rétablir',
    close: 'Fermer ce qui couvre la feuille',
    previous: 'Tour précédent',
    next: 'Tour suivant',
    compose: 'Aller au champ',
    help: 'Cette liste',
    shift: 'Maj',
    enter: 'Entrée',
    escape: 'Échap',
  },
  share: {
    heading: 'Partager l’appli',
    who: 'Qui a cette adresse voit l’appli telle qu’elle est et telle qu’elle devient, et peut lire son code, comme sur toute page web. La conversation reste cachée, et personne ne peut rien y changer.',
    none: 'Il n’y a encore rien à partager. Dites ce que vous voulez, et l’appli aura une adresse.',
    address: 'Adresse de l’appli',
    copy: 'Copier l’adresse',
    send: 'L’envoyer…',
    resetHeading: 'Revenir dessus',
    reset: 'Donner une nouvelle adresse à l’appli',
    resetWhat: 'L’ancienne adresse ne mène plus nulle part, pour personne.',
    resetSure: 'Vraiment ? Les liens déjà donnés ne marcheront plus.',
    resetYes: 'Oui, nouvelle adresse',
    resetDone: 'L’appli a une nouvelle adresse.',
    keep: 'La garder',
  },
};
