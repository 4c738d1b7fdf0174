import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { de } from '../../../web/strings/de/first-load.ts';
import { lateDe } from '../../../web/strings/de/late-load.ts';
import { serverWords } from '../../../web/strings/de/server-words.ts';
import { en } from '../../../web/strings/en/first-load.ts';
import { lateEn } from '../../../web/strings/en/late-load.ts';
import { formatsOf } from '../../../web/strings/formats/formats.ts';
import { fr } from '../../../web/strings/fr/first-load.ts';
import { lateFr } from '../../../web/strings/fr/late-load.ts';
import { languageFor, loadLateWords, setLanguage, strings } from '../../../web/strings/strings.ts';

type Leaf = string | ((...args: never[]) => string);

/** Paths of words that equal the English ones. */
const shared = {
  de: new Set([
    'name',
    'landing.title',
    'builder.pageIdle',
    'sheet.app',
    'sheet.code',
    'sheet.devices.tablet',
    'passkeys.heading',
    'keys.enter',
    'keys.escape',
  ]),
  fr: new Set([
    'name',
    'landing.title',
    'builder.pageIdle',
    'builder.conversation',
    'keys.ctrl',
    'sheet.code',
    'sheet.versions',
    'versions.heading',
    'turn.question',
  ]),
};

function leaves(value: unknown, path = ''): Map<string, Leaf> {
  if (typeof value === 'string' || typeof value === 'function') return new Map([[path, value as Leaf]]);
  const entries = Object.entries(value as object);
  return new Map(entries.flatMap(([key, inner]) => [...leaves(inner, path === '' ? key : `${path}.${key}`)]));
}

/** Sample arguments by parameter name. Parameters without an entry get numbers. */
const samples: Record<string, unknown[]> = {
  ...Object.fromEntries(
    [
      'title',
      'path',
      'keys',
      'what',
      'prompt',
      'name',
      'label',
      'problems',
      'type',
      'device',
      'word',
      'why',
      'code',
    ].map((text) => [text, ['Xyz.abc']]),
  ),
  kind: ['turn', 'edit', 'undo', 'redo', 'revert'],
  payer: ['trial', 'connection', 'hosted', 'credits'],
  problem: [
    {
      kind: 'build',
      message: "Xyz.abc imports 'Xyz.abc', but there is no such file.",
      spot: { file: 'Xyz.abc' },
      fault: { code: 'imports', what: 'Xyz.abc', reason: 'no_file' },
    },
  ],
  kinds: [['PNG', 'SVG']],
  names: [['Xyz.abc', 'Xyz.abc']],
  utilization: [null, 0.8],
  resetsAt: [null, 1_790_000_000_000],
  status: [null, 529],
  dollars: [0.0004, 0.02, 3],
  activity: [
    ...['idle', 'waiting', 'thinking', 'answering', 'retrying'].map((kind) => ({ kind })),
    { kind: 'writing', path: 'Xyz.abc' },
  ],
};

const parametersOf = (leaf: Leaf): string[] =>
  /^(?:function )?\w*\(?([^)=]*)/.exec(String(leaf))?.[1]?.match(/\w+/g) ?? [];

/** The texts of a word for all samples of its parameters. */
function said(leaf: Leaf, parameters: string[]): string[] {
  if (typeof leaf === 'string') return [leaf];
  const tries = Math.max(2, ...parameters.map((name) => samples[name]?.length ?? 0));
  return Array.from({ length: tries }, (_, at) => {
    const args = parameters.map((name, place) => {
      const known = samples[name];
      return known ? known[at % known.length] : at + place + 1;
    });
    return leaf(...(args as never[]));
  });
}

/** Sections that English has none of: it shows the server's own words. `server-sentences.test.ts` tries them. */
const ofServer = new RegExp(`^(?:${Object.keys(serverWords).join('|')})\\b`);

/** All words of a language, by path. */
const all = (first: object, late: object) =>
  new Map([...leaves(first), ...leaves(late)].filter(([path]) => !ofServer.test(path)));

const truth = all(en, lateEn);

describe.each([
  ['de', all(de, lateDe)],
  ['fr', all(fr, lateFr)],
] as const)('the catalogue in %s', (name, words) => {
  it('has every word that English has, and no other', () => {
    expect([...words.keys()].sort()).toEqual([...truth.keys()].sort());
  });

  it('takes the same parameters', () => {
    for (const [path, leaf] of truth) {
      const other = words.get(path);
      expect(typeof other, path).toBe(typeof leaf);
      if (typeof leaf === 'function' && typeof other === 'function') expect(other.length, path).toBe(leaf.length);
    }
  });

  const saidHere = [...truth].map(([path, leaf]) => {
    const parameters = typeof leaf === 'function' ? parametersOf(leaf) : [];
    return { path, english: said(leaf, parameters), here: said(words.get(path) as Leaf, parameters) };
  });

  it('leaves nothing in English, and nothing empty', () => {
    for (const { path, english, here } of saidHere) {
      for (const [at, text] of here.entries()) {
        expect(text, path).toMatch(/\S/);
        expect(text, path).not.toMatch(/undefined|NaN|\[object/);
        // A text without words, like a size, is the same in all languages.
        const hasWords = /\p{L}{2}/u.test(text.replaceAll('Xyz.abc', ''));
        if (hasWords && !shared[name].has(path)) expect(text, path).not.toBe(english[at]);
      }
    }
  });

  it('speaks politely, with the marks of its language', () => {
    // Prompts to Claude use the familiar form, so they are left out.
    const text = saidHere.flatMap(({ path, here }) => (/Prompt$/.test(path) ? [] : here)).join('\n');
    if (name === 'de') expect(text.match(/\b(du|dein|deine|deinen|dir|dich)\b/gi)).toBeNull();
    else expect(text.match(/(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})|[ \p{L}][:;!?](?=\s|$)|\p{L}'\p{L}/giu)).toBeNull();
  });
});

describe('plurals', () => {
  it('follow the rules of each language', () => {
    const forms = { one: 'ONE', many: 'MANY', other: 'OTHER' };
    const of = (language: 'en' | 'de' | 'fr', count: number) =>
      formatsOf(language).plural(count, forms).split(' ').at(-1);
    expect([0, 1, 2].map((count) => of('en', count))).toEqual(['OTHER', 'ONE', 'OTHER']);
    expect([0, 1, 2].map((count) => of('de', count))).toEqual(['OTHER', 'ONE', 'OTHER']);
    expect([0, 1, 2, 1_000_000].map((count) => of('fr', count))).toEqual(['ONE', 'ONE', 'OTHER', 'MANY']);
  });

  it('show in the catalogues', () => {
    expect([en, de, fr].map((words) => [0, 1, 2].map((count) => words.turn.changed(count)))).toEqual([
      ['0 files changed', '1 file changed', '2 files changed'],
      ['0 Dateien geändert', '1 Datei geändert', '2 Dateien geändert'],
      ['0 fichier modifié', '1 fichier modifié', '2 fichiers modifiés'],
    ]);
  });
});

describe('numbers, times and lists', () => {
  it('are written as the language writes them', () => {
    const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');
    const en = formatsOf('en');
    const de = formatsOf('de');
    const fr = formatsOf('fr');
    expect([en, de, fr].map((f) => plain(f.number(12_345.5)))).toEqual(['12,345.5', '12.345,5', '12 345,5']);
    expect([en, de, fr].map((f) => plain(f.usd(0.0125)))).toEqual(['$0.013', '0,013 $', '0,013 $']);
    expect([en, de, fr].map((f) => f.or(['PNG', 'GIF', 'SVG']))).toEqual([
      'PNG, GIF, or SVG',
      'PNG, GIF oder SVG',
      'PNG, GIF ou SVG',
    ]);
    expect([en, de, fr].map((f) => plain(f.duration(3_661_000)))).toEqual(['1 hr 1 min', '1 Std. 1 Min.', '1 h 1 min']);
    expect([en, de, fr].map((f) => plain(f.bytes(1_500_000)))).toEqual(['1.5 MB', '1,5 MB', '1,5 Mo']);
  });
});

describe('the language of the page', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is the first of the wished ones that is spoken', () => {
    expect(languageFor(['fr-CA', 'en'])).toBe('fr');
    expect(languageFor(['ja', 'de-AT', 'en'])).toBe('de');
    expect(languageFor(['ja'])).toBe('en');
    expect(languageFor([])).toBe('en');
  });

  it('changes the words that a component holds, and the lang of the document', async () => {
    const documentElement = { lang: 'en' };
    vi.stubGlobal('document', { documentElement });
    const held = strings.turn;
    const { models } = strings;
    await loadLateWords();
    expect(models.heading).toBe('Model');
    await setLanguage('de');
    expect(held.you).toBe('Sie');
    expect(models.heading).toBe('Modell');
    expect(strings.sheet.label).toBe('Die App');
    expect(documentElement.lang).toBe('de');
    await setLanguage('en');
    expect(held.you).toBe('You');
    expect(en.turn.you).toBe('You');
  });
});

describe('the language of the late words', () => {
  const freshPage = () => {
    vi.resetModules();
    return import('../../../web/strings/strings.ts');
  };
  beforeEach(() => vi.stubGlobal('document', { documentElement: {} }));
  afterEach(() => vi.unstubAllGlobals());

  it('is that of the page, also where a part asks for them while the page is switched to its language', async () => {
    const page = await freshPage();
    const switched = page.setLanguage('de');
    await Promise.all([page.loadLateWords(), switched]);
    expect(page.strings.versions.heading).toBe(lateDe.versions.heading);
  });

  it('is that of the page where they arrive after the switch', async () => {
    const page = await freshPage();
    const late = page.loadLateWords();
    await page.setLanguage('de');
    await late;
    expect(page.strings.versions.heading).toBe(lateDe.versions.heading);
  });

  it('is the one that was chosen last, whichever arrives first', async () => {
    const page = await freshPage();
    await Promise.all([page.loadLateWords(), page.setLanguage('de'), page.setLanguage('fr'), page.setLanguage('de')]);
    expect([page.language.value, page.strings.versions.moves.revert('x')]).toEqual([
      'de',
      lateDe.versions.moves.revert('x'),
    ]);
  });
});
