import { readdirSync, readFileSync } from 'node:fs';
import { type AppColours, type Palette, readPalette } from './palette.ts';

/** An app that the demo model can build. Its sources are in `apps/<name>/`. */
export interface DemoApp {
  name: string;
  /** Matches prompts that ask for the app. */
  words: RegExp;
  /** The text before the files are written. */
  intro: string;
  /** The text after the app is complete. */
  closing: string;
  dark: Palette;
  coloursPage: boolean;
  /** Lines of the app that are replaced where a prompt contains certain words. */
  variant?: { words: RegExp; lines: readonly (readonly [path: string, before: string, after: string])[] };
}

const palette = (
  paper: string,
  surface: string,
  ink: string,
  muted: string,
  line: string,
  accent: string,
  on: string,
): Palette => ({ paper, surface, ink, muted, line, accent, 'on-accent': on });

export const apps: readonly DemoApp[] = [
  {
    name: 'timer',
    words:
      /(?<!\p{L})(?:tee|eier)?(?:timer|pomodoro|countdown|stopwatch|egg|stoppuhr|eieruhr|minuteur|minuterie|chronomètre)(?!\p{L})/iu,
    intro:
      'A timer that you can read from across the room: the page itself is the gauge, and its water goes down with the time.',
    closing: 'Space starts and holds it, R resets, and the arrow keys change the minutes.',
    dark: palette('#10191d', '#1b272c', '#e9efec', '#94a4a8', '#36454b', '#1a6f89', '#f1f7f5'),
    coloursPage: false,
    variant: {
      words: /(?<!\p{L})(?:(?:green|black|white|red|herbal) )?(?:tea|tee|thé)(?=\P{L}|timer|$)(?:\s?: [^.]*)?/iu,
      lines: [
        [
          'src/App.tsx',
          'const presets = [{ minutes: 5 }, { minutes: 15 }, { minutes: 25 }, { minutes: 50 }];\nconst first = 25;',
          `const presets = [
  { name: 'Green', minutes: 2 },
  { name: 'Black', minutes: 4 },
  { name: 'Herbal', minutes: 7 },
];
const first = 2;`,
        ],
        ['src/App.tsx', "const title = 'Tide';", "const title = 'Steep';"],
        ['index.html', '<title>Tide</title>', '<title>Steep</title>'],
      ],
    },
  },
  {
    name: 'habits',
    words: /(?<!\p{L})(?:habits?|streaks?|routines?|gewohnheit\p{L}*|habitudes?)(?!\p{L})/iu,
    intro:
      'A habit ledger: a line for each habit, and days in a row grow together into one stroke, so that a streak is something you see.',
    closing:
      'Tap a day to mark it. It remembers by itself, and the three habits in it are only examples: remove them and add your own.',
    dark: palette('#191b17', '#24271f', '#ecebe2', '#a2a698', '#3f4338', '#e8703f', '#1b1208'),
    coloursPage: false,
  },
  {
    name: 'landing',
    words:
      /(?<!\p{L})(?:landing|home ?page|marketing|website|web ?site|shop|coffee|webseite|startseite|werkstatt|fahrradwerkstatt|laden|kaffee|page unique|page d’accueil|site web|atelier|boutique|café)(?!\p{L})/iu,
    intro:
      'A landing page for a small coffee roastery that roasts once a week. It says what it sells, what it costs and why it makes you wait.',
    closing: 'Each “Order” picks its coffee in the form below, and the form confirms. It sends nothing anywhere.',
    dark: palette('#12191b', '#1b2427', '#ece5d6', '#9dabad', '#364341', '#e07a4d', '#1c120b'),
    coloursPage: false,
  },
  {
    name: 'drawing',
    words:
      /(?<!\p{L})(?:draw|drawing|sketch\w*|paint\w*|doodl\w*|canvas|whiteboard|zeichn\p{L}*|zeichenblock|mal\p{L}*block|dessin\p{L}*)(?!\p{L})/iu,
    intro: 'A drawing pad: one sheet of paper, six inks, three nibs, and nothing in the way.',
    closing: 'It draws with mouse, finger or pen. Ctrl+Z takes a stroke back, 1 to 6 choose the ink, [ and ] the nib.',
    dark: palette('#2a302b', '#f4f1e8', '#e6e9e1', '#9aa497', '#4a534b', '#e2583b', '#1d0a05'),
    coloursPage: true,
  },
  {
    name: 'quiz',
    words: /(?<!\p{L})(?:\p{L}*quiz|trivia|flash ?cards?)(?!\p{L})/iu,
    intro: 'A quiz of eight pairs with one question: which came first? Some of them are hard to believe.',
    closing: 'Play by tapping, or with the keys 1 and 2. The questions stand in src/questions.ts.',
    dark: palette('#1d1a12', '#2c281b', '#f2c230', '#b59c4a', '#4d441f', '#7fc29b', '#10231a'),
    coloursPage: true,
  },
  {
    name: 'board',
    words:
      /(?<!\p{L})(?:board|kanban|notes?|todos?|to-?do|tasks?|list|notizen|aufgaben?|liste|tâches?|tableau)(?!\p{L})/iu,
    intro: 'I will make it a board: notes that you add in a second and move from “Later” over “Now” to “Done”.',
    closing: 'Drag a note, or move it with the words below it. The notes stay in this browser.',
    dark: palette('#14191d', '#1f262b', '#e8ecee', '#98a5ad', '#36424a', '#7db4ee', '#0c1a28'),
    coloursPage: false,
  },
];

/** The app for prompts that ask for none of the others. */
export const fallbackApp = apps.at(-1) as DemoApp;

/** The app that a prompt asks for, or null. */
export function chooseApp(prompt: string): DemoApp | null {
  return apps.find(({ words }) => words.test(prompt)) ?? null;
}

/** The files of an app by path, in the order in which they are written. */
export function filesOf(app: DemoApp): Map<string, string> {
  const root = new URL(`./apps/${app.name}/`, import.meta.url);
  const paths = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(root.pathname.length - 1).replace(/^\/+/, ''));
  const order = ['index.html', 'package.json', 'tsconfig.json', 'src/style.css', 'src/main.tsx', 'src/App.tsx'];
  const rank = (path: string) => (order.includes(path) ? order.indexOf(path) : order.length);
  return new Map(
    paths
      .sort((one, other) => rank(one) - rank(other) || one.localeCompare(other))
      .map((path) => [path, readFileSync(new URL(path, root), 'utf8')]),
  );
}

export function coloursOf(app: DemoApp): AppColours {
  const light = readPalette(filesOf(app).get('src/style.css') ?? '');
  if (!light) throw new Error(`The app ${app.name} has no palette in its style sheet.`);
  return { light, dark: app.dark, coloursPage: app.coloursPage };
}

/** The app that an `index.html` belongs to, by its description: the demo never changes that. */
export function appOfPage(html: string): DemoApp | null {
  const description = descriptionOf(html);
  if (description === null) return null;
  return apps.find((app) => descriptionOf(filesOf(app).get('index.html') ?? '') === description) ?? null;
}

function descriptionOf(html: string): string | null {
  return /<meta name="description" content="([^"]*)"/.exec(html)?.[1] ?? null;
}
