import { accountWords } from './account-fr.ts';
import { formatsOf } from './formats.ts';
import type { LateWords } from './late-en.ts';
import { sheetWords } from './sheet-fr.ts';

const { number, plural, percent, bytes, usd, or } = formatsOf('fr');

export const lateFr: LateWords = {
  ...sheetWords,
  ...accountWords,
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
    ctrl: 'Ctrl',
  },
  share: {
    heading: 'Partager l’appli',
    who: 'Qui a cette adresse voit l’appli telle qu’elle est et telle qu’elle devient. La conversation et le code restent cachés, et personne ne peut rien y changer.',
    none: 'Il n’y a encore rien à partager. Dites ce que vous voulez, et l’appli aura une adresse.',
    address: 'Adresse de l’appli',
    copy: 'Copier l’adresse',
    send: 'L’envoyer …',
    resetHeading: 'Revenir dessus',
    reset: 'Donner une nouvelle adresse à l’appli',
    resetWhat: 'L’ancienne adresse ne mène plus nulle part, pour personne.',
    resetSure: 'Vraiment ? Les liens déjà donnés ne marcheront plus.',
    resetYes: 'Oui, nouvelle adresse',
    resetDone: 'L’appli a une nouvelle adresse.',
    keep: 'La garder',
  },
};
