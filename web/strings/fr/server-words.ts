import { formatsOf } from '../formats/formats.ts';
import { numberOf } from '../formats/number-fields.ts';
import { serverWordsOf, textOf } from '../formats/server-words.ts';
import { situations } from './situations.ts';

const { bytes, number, plural, seconds } = formatsOf('fr');

const looked = (count: number) =>
  count === 0 ? 'aucun problème' : plural(count, { one: 'problème', many: 'de problèmes', other: 'problèmes' });
const checks: Record<string, string> = { nobody_looking: 'il n’est pas ouvert', no_answer: 'pas de réponse' };

export const serverWords = serverWordsOf(situations, 'Claude dit :', {
  aFile: 'un fichier',
  titles: {
    list: () => 'Regarder les fichiers',
    view: (path) => `Regarder ${path}`,
    create: (path) => `Écrire ${path}`,
    edit: (path) => `Modifier ${path}`,
    delete: (path) => `Supprimer ${path}`,
    rename: (path, fields) => `Renommer ${path} en ${textOf(fields.to) || 'un autre nom'}`,
    search: (_path, fields) =>
      `Chercher « ${textOf(fields.pattern)} »${fields.count === undefined ? '' : ` : ${plural(numberOf(fields.count), { one: 'ligne', many: 'de lignes', other: 'lignes' })}`}`,
    check_preview: (_path, fields) =>
      fields.result === undefined
        ? 'Vérifier l’aperçu'
        : `Vérifier l’aperçu : ${checks[textOf(fields.result)] ?? looked(numberOf(fields.count))}`,
    run: (_path, fields) =>
      fields.restarted === true ? 'Arrêter le conteneur' : `Lancer ${textOf(fields.command) || 'une commande'}`,
    start_server: (_path, fields) => `Démarrer ${textOf(fields.command) || 'un serveur'}`,
    server_logs: () => 'Regarder ce que dit le serveur',
    view_image: (path) => `${path} n’a pas pu être montré à Claude`,
    use: (_path, fields) => `Utiliser ${textOf(fields.tool)}`,
  },
  failures: {
    invalid_input: 'L’appel de Claude n’était pas valide. Rien n’a été fait.',
    cut_off: 'L’appel de Claude était coupé. Rien n’a été fait.',
    read_only: 'Rien n’est modifié pour une question.',
    unknown_tool: 'Claude voulait un outil qui n’existe pas. Rien n’a été fait.',
    stopped: 'Vous avez arrêté le tour avant. Rien n’a été fait.',
    turn_ended: 'Le tour s’est terminé avant. Rien n’a été fait.',
    path: 'Un fichier ne peut pas avoir ce chemin.',
    not_found: 'Ce fichier n’existe pas.',
    is_directory: 'C’est un dossier, pas un fichier.',
    parent_is_file: 'Un des dossiers de ce chemin est un fichier.',
    path_taken: 'Il y a déjà un fichier de ce nom.',
    not_text: 'Ce n’est pas un fichier texte, il ne peut pas être modifié.',
    no_match: 'Le passage à remplacer ne se trouve pas ainsi dans le fichier.',
    many_matches: (fields) =>
      `Le passage à remplacer se trouve à ${plural(numberOf(fields.count), { one: 'endroit', many: 'd’endroits', other: 'endroits' })} : lequel est visé n’est pas clair.`,
    no_change: 'Le nouveau passage est le même que l’ancien.',
    empty_text: 'Il n’y avait pas de texte à insérer ou à remplacer.',
    line_range: 'Le fichier n’a pas de telles lignes.',
    too_large: (fields) =>
      numberOf(fields.limit) >= 10_000
        ? `Cela dépasserait les ${bytes(numberOf(fields.limit))} permis.`
        : 'Ce serait plus qu’un projet ne peut avoir.',
    container: 'Le conteneur est inutilisable pour l’instant. Les fichiers sont comme avant.',
    command: 'Ce n’est pas une commande qui puisse être lancée.',
    interrupted: 'La commande a été interrompue : on ne sait pas jusqu’où elle est allée.',
    exit: (fields) => `code de sortie ${number(numberOf(fields.code))}, ${seconds(numberOf(fields.durationMs) / 1000)}`,
    timeout: (fields) => `Arrêtée : elle durait plus de ${seconds(Math.floor(numberOf(fields.durationMs) / 1000))}.`,
    flooded: 'Arrêtée : elle affichait trop de texte.',
    aborted: (fields) => `Vous l’avez arrêtée après ${seconds(numberOf(fields.durationMs) / 1000)}.`,
    lost: 'Le conteneur a disparu : on ne sait pas jusqu’où la commande est allée. Les fichiers sont comme avant elle.',
    port: 'Aucun serveur ne peut être démarré avec cette commande et ce port.',
    server_ended: (fields) =>
      `Le serveur s’est terminé avant que rien n’écoute sur le port ${String(numberOf(fields.port))}.`,
    server_silent: (fields) =>
      `Le serveur a été arrêté : rien n’écoutait sur le port ${String(numberOf(fields.port))}.`,
    no_server: 'Aucun serveur n’a été démarré.',
    image: 'Claude n’a pas pu lire cette image.',
  },
  ran: (ms) => `terminé après ${seconds(ms / 1000)}`,
  refused: (count) =>
    `${plural(count, { one: 'fichier n’a pas été pris', many: 'de fichiers n’ont pas été pris', other: 'fichiers n’ont pas été pris' })} dans le projet : trop grand, ou pas un fichier ordinaire.`,
  more: 'Il y a plus de nouveaux fichiers qu’un projet ne peut en avoir.',
  leftOut: (count) =>
    `… ${plural(count, { one: 'caractère est omis', many: 'de caractères sont omis', other: 'caractères sont omis' })} ici…`,
});
