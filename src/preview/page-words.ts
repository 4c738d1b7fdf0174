import type { Language } from '../protocol/accept-language.ts';

/** The words of the documents that a preview host answers with by itself, where there is no page of the app. */
interface PageWords {
  empty: { title: string; text: string };
  missing: {
    title: string;
    /** @param name of the file that is not there, as HTML */
    lead(name: string): string;
    /** @param pages links to pages that are elsewhere, as HTML */
    pages(pages: string): string;
    /** @param script a path, as HTML */
    script(script: string): string;
    /** @param command what `package.json` runs, as HTML */
    command(command: string): string;
    /** @param names of files, as HTML */
    files(names: string, more: number): string;
  };
  starting: { title: string; text: string };
  /** One line of plain text. */
  refusals: { address: string; file: string; broken: string; busy(seconds: number): string };
}

export const pageWords: Record<Language, PageWords> = {
  en: {
    empty: { title: 'Nothing here yet', text: 'Nothing here yet…' },
    missing: {
      title: 'No page to show yet',
      lead: (name) => `The preview shows ${name} in the project’s top folder, and there is none.`,
      pages: (pages) => `Pages elsewhere: ${pages}`,
      script: (script) => `Code that no page loads yet: ${script}`,
      command: (command) => `The project starts with ${command}, which the preview does not run.`,
      files: (names, more) => `Files: ${names}${more > 0 ? ` and ${more} more` : ''}`,
    },
    starting: { title: 'Starting', text: 'The app’s server was asleep. It is starting…' },
    refusals: {
      address: 'There is nothing at this address.',
      file: 'There is no such file.',
      broken: 'Something broke on our side. Load the page again in a moment.',
      busy: (seconds) => `Too many large files of this project are under way. Try again in ${seconds} seconds.`,
    },
  },
  de: {
    empty: { title: 'Noch nichts da', text: 'Noch nichts da …' },
    missing: {
      title: 'Noch keine Seite zu zeigen',
      lead: (name) => `Die Vorschau zeigt ${name} im obersten Ordner des Projekts, und diese Datei fehlt.`,
      pages: (pages) => `Seiten an anderer Stelle: ${pages}`,
      script: (script) => `Code, den noch keine Seite lädt: ${script}`,
      command: (command) => `Das Projekt startet mit ${command}; das führt die Vorschau nicht aus.`,
      files: (names, more) => `Dateien: ${names}${more > 0 ? ` und ${more} weitere` : ''}`,
    },
    starting: { title: 'Startet', text: 'Der Server der App hat geschlafen. Er startet …' },
    refusals: {
      address: 'Unter dieser Adresse gibt es nichts.',
      file: 'Diese Datei gibt es nicht.',
      broken: 'Bei uns ist etwas kaputtgegangen. Laden Sie die Seite gleich noch einmal.',
      busy: (seconds) =>
        `Von diesem Projekt sind gerade zu viele große Dateien unterwegs. Versuchen Sie es in ${seconds} Sekunden noch einmal.`,
    },
  },
  fr: {
    empty: { title: 'Rien pour l’instant', text: 'Rien pour l’instant…' },
    missing: {
      title: 'Aucune page à afficher pour l’instant',
      lead: (name) => `L’aperçu affiche ${name} à la racine du projet, et ce fichier n’existe pas.`,
      pages: (pages) => `Pages à un autre endroit : ${pages}`,
      script: (script) => `Code qu’aucune page ne charge encore : ${script}`,
      command: (command) => `Le projet démarre avec ${command}, que l’aperçu n’exécute pas.`,
      files: (names, more) => `Fichiers : ${names}${more > 0 ? ` et ${more} de plus` : ''}`,
    },
    starting: { title: 'Démarrage', text: 'Le serveur de l’app était en veille. Il démarre…' },
    refusals: {
      address: 'Il n’y a rien à cette adresse.',
      file: 'Ce fichier n’existe pas.',
      broken: 'Quelque chose s’est cassé de notre côté. Rechargez la page dans un instant.',
      busy: (seconds) => `Trop de gros fichiers de ce projet sont en route. Réessayez dans ${seconds} secondes.`,
    },
  },
};

/** A document with a few sentences in the middle. @param head of the document, as HTML; @param body the same */
export function wordsPage(language: Language, title: string, head: string, body: string): string {
  return `<!doctype html><html lang="${language}"><head>${head}<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title><style>html{color-scheme:light dark;height:100%}body{min-height:100%;margin:0;display:grid;place-items:center;font:16px/1.5 system-ui,sans-serif;color:light-dark(#6b6f76,#9a9ea6);background:light-dark(#fbfbfa,#17181a)}main{max-width:34em;padding:1em;overflow-wrap:anywhere}ul{padding-left:1.2em}a{color:inherit}</style></head><body>${body}</body></html>
`;
}
