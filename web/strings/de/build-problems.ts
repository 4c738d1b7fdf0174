import type { BuildWords } from '../formats/build-problems.ts';

export const buildWords: BuildWords = {
  imports: (path, what, reason) => `${path} importiert „${what}“, aber ${reason}.`,
  loads: (path, what, reason) => `${path} lädt „${what}“, aber ${reason}.`,
  composes: (path, what, reason) => `${path} setzt Klassen aus „${what}“ zusammen, aber ${reason}.`,
  syntax: (path, what) => `${path} hat einen Syntaxfehler: ${what}`,
  noModule: 'das ist kein Modul',
  notJson: (path, what) => `${path} ist kein JSON: ${what}`,
  tooLarge: (path, megabytes) => `${path} ist größer als ${megabytes} MB, das ist zu groß zum Umwandeln.`,
  globs: (path) =>
    `${path} ruft import.meta.glob mit mehr Mustern auf, als die Vorschau mit den Dateien des Projekts vergleicht.`,
  reasons: {
    leaves: 'das führt aus dem Projekt hinaus',
    similar: 'diese Datei gibt es nicht; es gibt $1',
    noFile: 'diese Datei gibt es nicht',
    noModule: 'dieses Modul gibt es nicht',
    server: 'das gibt es nur auf Servern, nicht im Browser',
    shelf: 'das steht nicht im Regal der Bibliotheken',
    partly: 'im Regal der Bibliotheken steht von $2 nur $1',
    compiler: '$1-Komponenten brauchen einen Compiler, den die Vorschau nicht hat',
    styles: 'die Vorschau hat kein $1; einfaches CSS kann Verschachtelung und Variablen',
    noSheet: 'das ist kein Stylesheet des Projekts',
    noProjectFile: 'das ist keine Datei des Projekts',
    tailwind: 'ein Stylesheet, das Tailwind importiert, muss ein Skript importieren',
  },
};
