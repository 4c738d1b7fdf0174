/** The colours that each demo app defines in the `:root` rule of its `src/style.css`, in this order. */
const tokens = ['paper', 'surface', 'ink', 'muted', 'line', 'accent', 'on-accent'] as const;

export type Palette = Record<(typeof tokens)[number], string>;

interface Colour {
  words: RegExp;
  light: [accent: string, onAccent: string];
  dark: [accent: string, onAccent: string];
  /** For apps with a coloured page background. */
  ground: [paper: string, muted: string, line: string];
}

const colours: Record<string, Colour> = {
  green: {
    words: /(?<!\p{L})(dark |light )?(green|emerald|forest|olive|grün\p{L}{0,2}|verte?s?)(?!\p{L})/iu,
    light: ['#2b6e46', '#f4fbf5'],
    dark: ['#6fbf8f', '#0c1f14'],
    ground: ['#93c9a0', '#2d4f36', '#6ca97b'],
  },
  blue: {
    words: /(?<!\p{L})(dark |light |navy )?(blue|navy|azure|blau\p{L}{0,2}|bleue?s?)(?!\p{L})/iu,
    light: ['#1d5fa8', '#f3f8fd'],
    dark: ['#7db4ee', '#0c1a28'],
    ground: ['#9ac3ea', '#2b4862', '#6c9fcd'],
  },
  red: {
    words: /(?<!\p{L})(dark |light )?(red|crimson|scarlet|rot\p{L}{0,2}|rouges?)(?!\p{L})/iu,
    light: ['#b3261e', '#fff5f3'],
    dark: ['#f0867c', '#240806'],
    ground: ['#f09e90', '#5f2a20', '#d07465'],
  },
  orange: {
    words: /(?<!\p{L})(dark |light )?(orange|amber|rust|orangefarben)(?!\p{L})/iu,
    light: ['#b04a0c', '#fff7ee'],
    dark: ['#f2994a', '#241200'],
    ground: ['#f2ae68', '#5d3a12', '#d2873b'],
  },
  yellow: {
    words: /(?<!\p{L})(light )?(yellow|gold|golden|ochre|gelb\p{L}{0,2}|jaunes?)(?!\p{L})/iu,
    light: ['#8a6700', '#fffaea'],
    dark: ['#f2cf5b', '#211b04'],
    ground: ['#f2c230', '#5e4f14', '#d1a31a'],
  },
  pink: {
    words: /(?<!\p{L})(hot |light )?(pink|rose|magenta|rosa)(?!\p{L})/iu,
    light: ['#ad2c60', '#fff4f8'],
    dark: ['#f08bb1', '#2b0a18'],
    ground: ['#f2b0c6', '#66283f', '#d2859f'],
  },
  purple: {
    words: /(?<!\p{L})(dark |light )?(purple|violet|lilac|plum|lila|violett\p{L}{0,2})(?!\p{L})/iu,
    light: ['#623a96', '#f9f5fe'],
    dark: ['#bda0e8', '#1a0b2e'],
    ground: ['#c7b2e4', '#43306b', '#a188c6'],
  },
  teal: {
    words: /(?<!\p{L})(dark |light )?(teal|turquoise|cyan|petrol|türkis)(?!\p{L})/iu,
    light: ['#0f6666', '#f1fafa'],
    dark: ['#5fc2bd', '#041f1e'],
    ground: ['#8accc8', '#204a48', '#5da5a1'],
  },
  brown: {
    words: /(?<!\p{L})(dark |light )?(brown|sepia|chocolate|braun\p{L}{0,2}|marron|brune?)(?!\p{L})/iu,
    light: ['#6f4a2f', '#fdf7f1'],
    dark: ['#cfa583', '#1f120a'],
    ground: ['#d3b698', '#543c28', '#b08f6e'],
  },
  black: {
    words: /(?<!\p{L})(black|monochrome|gr[ae]y|schwarz\p{L}{0,2}|grau\p{L}{0,2}|noire?s?|grise?s?)(?!\p{L})/iu,
    light: ['#2a2a2a', '#fafafa'],
    dark: ['#d6d6d6', '#171717'],
    ground: ['#cfcfcb', '#494946', '#a9a9a4'],
  },
};

export const colourNames: readonly string[] = Object.keys(colours);

export interface Scheme {
  dark: boolean;
  /** The name of a colour, or null for the app's original one. */
  colour: string | null;
}

/** The original palettes of an app, and whether its page background is coloured. */
export interface AppColours {
  light: Palette;
  dark: Palette;
  coloursPage: boolean;
}

/** The first colour that a text names, and the words that name it. */
export function findColour(text: string): { name: string; said: string } | null {
  for (const [name, { words }] of Object.entries(colours)) {
    const said = words.exec(text)?.[0];
    if (said) return { name, said };
  }
  return null;
}

export function paletteOf(app: AppColours, { dark, colour: name }: Scheme): Palette {
  const own = dark ? app.dark : app.light;
  const colour = name === null ? undefined : colours[name];
  if (!colour) return own;
  const [accent, onAccent] = dark ? colour.dark : colour.light;
  const coloured = { ...own, accent, 'on-accent': onAccent };
  if (!app.coloursPage) return coloured;
  if (dark) return { ...coloured, ink: accent };
  const [paper, muted, line] = colour.ground;
  return { ...coloured, paper, muted, line };
}

/** The palette of a style sheet, or null where its `:root` rule is not in the demo's format. */
export function readPalette(css: string): Palette | null {
  const values = tokens.map((token) => new RegExp(`^ {2}--${token}: (#[0-9a-f]{6});$`, 'm').exec(css)?.[1]);
  if (values.some((value) => value === undefined)) return null;
  return Object.fromEntries(tokens.map((token, index) => [token, values[index]])) as Palette;
}

/** The colour scheme of a style sheet. */
export function readScheme(css: string): Scheme {
  const accent = readPalette(css)?.accent;
  const found = Object.entries(colours).find(([, { light, dark }]) => accent === light[0] || accent === dark[0]);
  return { dark: css.includes('color-scheme: dark'), colour: found?.[0] ?? null };
}

/** The lines of a `:root` rule. */
export function paletteLines(palette: Palette, dark: boolean): string[] {
  return [`  color-scheme: ${dark ? 'dark' : 'light'};`, ...tokens.map((token) => `  --${token}: ${palette[token]};`)];
}
