import type { BuildWords } from '../formats/build-problems.ts';

export const buildWords: BuildWords = {
  imports: (path, what, reason) => `${path} importe « ${what} », mais ${reason}.`,
  loads: (path, what, reason) => `${path} charge « ${what} », mais ${reason}.`,
  composes: (path, what, reason) => `${path} compose avec « ${what} », mais ${reason}.`,
  syntax: (path, what) => `${path} a une erreur de syntaxe : ${what}`,
  noModule: 'ce n’est pas un module',
  notJson: (path, what) => `${path} n’est pas du JSON : ${what}`,
  tooLarge: (path, megabytes) => `${path} dépasse ${megabytes} Mo, c’est trop grand pour être transformé.`,
  globs: (path) =>
    `${path} appelle import.meta.glob avec plus de motifs que l’aperçu n’en compare aux fichiers du projet.`,
  reasons: {
    leaves: 'cela sort du projet',
    similar: 'ce fichier n’existe pas ; il existe $1',
    noFile: 'ce fichier n’existe pas',
    noModule: 'ce module n’existe pas',
    server: 'cela n’existe que sur un serveur, pas dans un navigateur',
    shelf: 'ce n’est pas sur l’étagère des bibliothèques',
    partly: 'l’étagère des bibliothèques n’a que $1 de $2',
    compiler: 'les composants $1 demandent un compilateur que l’aperçu n’a pas',
    styles: 'l’aperçu n’a pas $1 ; le CSS simple a l’imbrication et les variables',
    noSheet: 'ce n’est pas une feuille de style du projet',
    noProjectFile: 'ce n’est pas un fichier du projet',
    tailwind: 'une feuille de style qui importe Tailwind doit être importée par un script',
  },
};
