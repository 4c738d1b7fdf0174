import type { AgentActivity, FirstWords } from '../en/first-load.ts';
import { formatsOf } from '../formats/formats.ts';
import type { ServerWords } from '../formats/server-words.ts';
import { errorWords } from './errors.ts';
import { serverWords } from './server-words.ts';

const { and, number, plural, day, duration, bytes, usd, seconds } = formatsOf('fr');

function activityInWords(activity: AgentActivity): string {
  switch (activity.kind) {
    case 'idle':
      return 'Prêt';
    case 'waiting':
      return 'En attente de Claude';
    case 'thinking':
      return 'Réfléchit';
    case 'answering':
      return 'Répond';
    case 'writing':
      return `Écrit ${activity.path}`;
    case 'retrying':
      return 'Nouvel essai';
  }
}

export const fr: FirstWords & ServerWords = {
  name: 'Redraw',
  home: 'Redraw, page d’accueil',
  loading: 'Chargement du projet',
  send: 'Envoyer',
  close: 'Fermer',
  tryAgain: 'Réessayer',
  dismiss: 'Masquer',
  demo: 'Modèle de démonstration : un scénario répond à la place de Claude.',
  demoHow: 'Avec ANTHROPIC_API_KEY, c’est le vrai Claude qui construit.',
  landing: {
    title: 'Redraw',
    heading: 'Décrivez une appli. Regardez-la se dessiner.',
    label: 'Que voulez-vous construire ?',
    placeholder: 'Un minuteur pour trois sortes de thé, avec une clochette…',
    hint: 'Entrée envoie, Maj et Entrée commence une nouvelle ligne.',
    start: 'Dessiner',
    starting: 'C’est parti',
    ideasBefore: 'Ou commencez par ',
    ideas: [
      [
        'un minuteur à thé',
        'Un minuteur pour trois sortes de thé : vert, noir et tisane, chacun avec sa durée, et une clochette à la fin.',
      ],
      [
        'un suivi d’habitudes',
        'Un suivi pour quelques habitudes : une ligne pour chacune, une case pour chaque jour de la semaine, et la plus longue série.',
      ],
      [
        'une page pour un atelier de vélos',
        'Une page unique pour un petit atelier de réparation de vélos : horaires, prix des réparations courantes, comment venir.',
      ],
      [
        'un carnet de dessin',
        'Un carnet de dessin avec quelques stylos, une gomme, l’annulation, et un bouton qui enregistre l’image.',
      ],
      [
        'un quiz sur les planètes',
        'Un quiz sur les planètes avec dix questions, une à la fois, et une courte remarque après chaque réponse.',
      ],
    ],
    projects: 'Vos projets',
    projectChanged: (at) => `modifié le ${day(at)}`,
    promise: (limit) =>
      `${plural(limit, { one: 'tour', many: 'de tours', other: 'tours' })} sans compte. Chaque changement peut être annulé, et le code est à vous.`,
  },
  builder: {
    conversation: 'Conversation',
    preview: 'Aperçu',
    panes: 'Ce qui est affiché',
    title: 'Titre du projet',
    rename: 'Renommer le projet',
    untitled: 'Sans titre',
    trial: (left, limit) =>
      `encore ${number(left)} sur ${plural(limit, { one: 'tour', many: 'de tours', other: 'tours' })}`,
    hosted: (left, limit) => `encore ${number(left)} sur ${number(limit)} aujourd’hui`,
    credits: (left) => `reste ${plural(left, { one: 'crédit', other: 'crédits' })}`,
    ownClaude: (label) => `Votre Claude ${label}`,
    ownAccount: 'Votre compte Claude',
    brokenClaude: 'Reconnecter Claude',
    settle: 'Se connecter, ou connecter Claude',
    account: 'Compte',
    latest: 'Aller à la dernière ligne',
    pageRunning: (title) => `Dessine… ${title}`,
    pageIdle: (title) => `${title} · Redraw`,
    reconnecting: 'La connexion s’est rompue. Reconnexion en cours ; rien n’est perdu.',
  },
  composer: {
    label: 'Que faut-il changer ?',
    first: 'Que voulez-vous construire ?',
    placeholder: 'Une phrase, une couleur, tout…',
    queuePlaceholder: 'Dites la suite ; elle attendra son tour…',
    queue: 'Mettre en attente',
    stop: 'Arrêter',
    stopping: 'Arrêt en cours',
    stopHint: (keys) => `Arrêter ce tour (${keys})`,
    tooLong: (count) =>
      `${plural(count, { one: 'caractère', many: 'de caractères', other: 'caractères' })} de trop. Raccourcissez le texte, ou joignez-le en fichier.`,
    left: (count) => `encore ${plural(count, { one: 'caractère', many: 'de caractères', other: 'caractères' })}`,
    commands: {
      label: 'Commandes',
    },
  },
  attachments: {
    add: 'Joindre des fichiers',
    drop: 'Déposez ici des images ou des fichiers texte',
  },
  turn: {
    label: (index) => `Tour ${number(index)}`,
    attached: (names) => `Avec ${and(names)}`,
    history: 'Historique de la conversation',
    log: 'Ce qui a été dit et fait',
    question: 'Question',
    you: 'Vous',
    sending: 'Envoi',
    thinking: 'Réfléchit',
    thought: 'Réflexion',
    draft: (path) => `${path}, en cours d’écriture`,
    unfinished: 'pas terminé',
    failed: 'échoué',
    activity: activityInWords,
    ended: {
      completed: 'Terminé',
      stopped: 'Arrêté. Ce qui était écrit est gardé.',
      failed: 'Ce tour a échoué.',
      exhausted: 'Ce tour s’est arrêté à une limite.',
    },
    stoppedEmpty: 'Arrêté. Aucun fichier n’a changé.',
    notCounted: 'Non compté.',
    rephrase: 'Reformuler',
    changed: (count) =>
      plural(count, { one: 'fichier modifié', many: 'de fichiers modifiés', other: 'fichiers modifiés' }),
    usd: (dollars) => (dollars > 0 && dollars < 0.001 ? `moins de ${usd(0.001)}` : usd(dollars)),
    emptyHeading: 'Rien ici pour l’instant',
    empty: 'Dites en une ou deux phrases ce que vous aimeriez. Claude l’écrit, et cela apparaît sur la feuille.',
  },
  sheet: {
    label: 'L’appli',
    loadFailed: 'Cette partie de la page n’a pas pu être chargée.',
  },
  talk: {
    index: 'Tours de cette conversation',
    indexOpen: (count) => plural(count, { one: 'tour', other: 'tours' }),
    copy: 'Copier',
    copied: 'Copié',
    copyAnswer: 'Copier la réponse',
    copyCode: 'Copier ce code',
    notCopied: 'Ce navigateur ne laisse pas une page copier.',
    edit: 'Modifier',
    editAgain: 'Modifier et renvoyer',
    previous: 'Tour précédent',
    next: 'Tour suivant',
    thought: (ms) => `A réfléchi ${duration(ms)}`,
    lines: (added, removed) =>
      `${plural(added, { one: 'ligne ajoutée', other: 'lignes ajoutées' })}, ${plural(removed, { one: 'retirée', other: 'retirées' })}`,
    size: bytes,
    deleted: 'supprimé',
  },
  receipt: {
    open: 'Reçu',
    seconds: (ms) => seconds(ms / 1000),
  },
  keys: {
    open: 'Raccourcis clavier',
    ctrl: 'Ctrl',
  },
  news: {
    label: 'Nouvelles',
    close: 'Fermer cet avis',
    offline: 'Vous êtes hors ligne. Cette page reste telle quelle ; l’envoi demande le réseau.',
  },
  share: {
    open: 'Partager',
  },
  notify: {
    done: (title) => `${title} est redessiné`,
    failed: (title) => `${title} : le tour s’est mal terminé`,
  },
  ...errorWords,
  ...serverWords,
};
