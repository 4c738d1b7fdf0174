import type { BuildWords } from '../../../src/protocol/build-fault.ts';

export const buildWords: BuildWords = {
  imports: (path, what, reason) => `${path} importe « ${what} », mais ${reason}.`,
  loads: (path, what, reason) => `${path} charge « ${what} », mais ${reason}.`,
  composes: (path, what, reason) => `${path} compose avec « ${what} », mais ${reason}.`,
  syntax: (path, what) => `${path} a une erreur de syntaxe : ${what}`,
  not_module: (path) => `${path} a une erreur de syntaxe : ce n’est pas un module`,
  not_json: (path, what) => `${path} n’est pas du JSON : ${what}`,
  too_large: (path, megabytes) => `${path} dépasse ${megabytes} Mo, c’est trop grand pour être transformé.`,
  globs: (path) =>
    `${path} appelle import.meta.glob avec plus de motifs que l’aperçu n’en compare aux fichiers du projet.`,
  missing: {
    leaves: () => 'cela sort du projet',
    similar: (name) => `ce fichier n’existe pas ; il existe ${name}`,
    no_file: () => 'ce fichier n’existe pas',
    no_module: () => 'ce module n’existe pas',
    server: () => 'cela n’existe que sur un serveur, pas dans un navigateur',
    shelf: () => 'ce n’est pas sur l’étagère des bibliothèques',
    partly: (name, only) => `l’étagère des bibliothèques n’a que ${only} de ${name}`,
    compiler: (name) => `les composants ${name} demandent un compilateur que l’aperçu n’a pas`,
    styles: (name) => `l’aperçu n’a pas ${name} ; le CSS simple a l’imbrication et les variables`,
    esm: () => 'l’aperçu ne charge que des modules ES',
    no_sheet: () => 'ce n’est pas une feuille de style du projet',
    no_project_file: () => 'ce n’est pas un fichier du projet',
    tailwind: () => 'une feuille de style qui importe Tailwind doit être importée par un script',
  },
};
