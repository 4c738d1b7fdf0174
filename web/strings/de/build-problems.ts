import type { BuildWords } from '../../../src/protocol/build-fault.ts';

export const buildWords: BuildWords = {
  imports: (path, what, reason) => `${path} importiert „${what}“, aber ${reason}.`,
  loads: (path, what, reason) => `${path} lädt „${what}“, aber ${reason}.`,
  composes: (path, what, reason) => `${path} setzt Klassen aus „${what}“ zusammen, aber ${reason}.`,
  syntax: (path, what) => `${path} hat einen Syntaxfehler: ${what}`,
  not_module: (path) => `${path} hat einen Syntaxfehler: das ist kein Modul`,
  not_json: (path, what) => `${path} ist kein JSON: ${what}`,
  too_large: (path, megabytes) => `${path} ist größer als ${megabytes} MB, das ist zu groß zum Umwandeln.`,
  globs: (path) =>
    `${path} ruft import.meta.glob mit mehr Mustern auf, als die Vorschau mit den Dateien des Projekts vergleicht.`,
  missing: {
    leaves: () => 'das führt aus dem Projekt hinaus',
    similar: (name) => `diese Datei gibt es nicht; es gibt ${name}`,
    no_file: () => 'diese Datei gibt es nicht',
    no_module: () => 'dieses Modul gibt es nicht',
    server: () => 'das gibt es nur auf Servern, nicht im Browser',
    shelf: () => 'das steht nicht im Regal der Bibliotheken',
    partly: (name, only) => `im Regal der Bibliotheken steht von ${name} nur ${only}`,
    compiler: (name) => `${name}-Komponenten brauchen einen Compiler, den die Vorschau nicht hat`,
    styles: (name) => `die Vorschau hat kein ${name}; einfaches CSS kann Verschachtelung und Variablen`,
    esm: () => 'die Vorschau lädt nur ES-Module',
    no_sheet: () => 'das ist kein Stylesheet des Projekts',
    no_project_file: () => 'das ist keine Datei des Projekts',
    tailwind: () => 'ein Stylesheet, das Tailwind importiert, muss ein Skript importieren',
  },
};
