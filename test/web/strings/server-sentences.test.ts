import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { problemCodes } from '../../../src/protocol/problems.ts';
import { promptErrorCodes } from '../../../src/protocol/prompt-error-codes.ts';
import { reasons } from '../../../src/protocol/situations.ts';
import { toolFailures, toolVerbs } from '../../../src/protocol/tool-line.ts';
import { sentenceOf, toolTitle } from '../../../web/strings/server-sentences.ts';
import { setLanguage } from '../../../web/strings/strings.ts';
import { toolReason } from '../../../web/strings/tool-reason.ts';

/** Words that no German and no French sentence has. */
const english =
  /\b(?:the|is|of|and|to|with|you|your|this|that|it|has|been|from|there|are|be|have|by|again|try|nothing|file|what|which)\b/i;

/** The familiar form; in French also marks that stand without their space. */
const impolite = {
  de: /\b(du|dein|deine|deinen|dir|dich)\b/i,
  fr: /(?<!\p{L})(tu|ton|ta|tes|toi)(?!\p{L})|[ \p{L}][:;!?](?=\s|$)|\p{L}'\p{L}/iu,
};

/** Every code of the protocol, alone and with each of its reasons. */
const situations = [...Object.keys(problemCodes), ...promptErrorCodes].flatMap((code) => [
  { code, reason: '' },
  ...((reasons as Partial<Record<string, readonly string[]>>)[code] ?? []).map((reason) => ({ code, reason })),
]);

const fields = {
  ...{ limit: 15, seconds: 900, retryAfter: 61, count: 3, port: 5173, code: 2, durationMs: 1500 },
  ...{ field: 'title', model: 'claude-x', path: 'a.ts', provider: 'GitLab', url: 'http://localhost:8787', to: 'b.ts' },
  ...{ pattern: 'x+', command: 'ls', tool: 'odd', result: 'report' },
};

const unknown = 'A sentence of the server, in English.';

beforeEach(() => vi.stubGlobal('document', { documentElement: {} }));
afterEach(() => setLanguage('en'));

describe.each(['de', 'fr'] as const)('in %s', (language) => {
  const enter = () => setLanguage(language);
  /** Expects a sentence of the page's own, in its language, with nothing left open. */
  const expectSaid = (text: string, what: string) => {
    expect(text, what).toMatch(/\p{L}{3}/u);
    expect(text, what).not.toMatch(/undefined|NaN|\[object/);
    expect(text, what).not.toBe(unknown);
    expect(text, what).not.toMatch(english);
    expect(text, what).not.toMatch(impolite[language]);
  };

  it('every code of a refusal or a failure has a sentence, in each of its situations', async () => {
    await enter();
    expect(situations.length).toBeGreaterThan(100);
    const said = situations.map(({ code, reason }) =>
      sentenceOf({ code, message: unknown, fields: { ...fields, ...(reason ? { reason } : {}) } }),
    );
    for (const [at, text] of said.entries()) expectSaid(text, JSON.stringify(situations[at]));
  });

  it('every tool has a line, and every failure of one a reason', async () => {
    await enter();
    for (const verb of toolVerbs) {
      expectSaid(toolTitle({ title: unknown, verb, path: 'a.ts', fields }), verb);
      expectSaid(toolTitle({ title: unknown, verb }), verb);
    }
    for (const reason of toolFailures) expectSaid(toolReason({ ...fields, reason }), reason);
  });

  it('a code, a reason and a verb that the page does not know are said as well as can be', async () => {
    await enter();
    expect(sentenceOf({ code: 'new_code', message: unknown })).toBe(unknown);
    expect(sentenceOf({ code: 'toString', message: unknown })).toBe(unknown);
    const general = sentenceOf({ code: 'not_found', message: unknown });
    expect(sentenceOf({ code: 'not_found', message: unknown, fields: { reason: 'new' } })).toBe(general);
    expect(toolTitle({ title: unknown, verb: 'constructor' })).toBe(unknown);
    expect(toolTitle({ title: unknown })).toBe(unknown);
    expect(toolReason({ reason: 'valueOf' })).toBe('');
  });

  it('counts and times stand in their plural form', async () => {
    await enter();
    const limitOf = (reason: string, more: object) =>
      sentenceOf({ code: 'turn_limit', message: unknown, fields: { reason, ...more } });
    const singular = { de: ['1 Antwort ', '1 Minute '], fr: ['1 réponse ', '1 minute '] }[language];
    const plural = { de: ['2 Antworten ', '2 Minuten '], fr: ['2 réponses ', '2 minutes '] }[language];
    expect(limitOf('steps', { limit: 1 })).toContain(singular[0]);
    expect(limitOf('time', { seconds: 60 })).toContain(singular[1]);
    expect(limitOf('steps', { limit: 2 })).toContain(plural[0]);
    expect(limitOf('time', { seconds: 120 })).toContain(plural[1]);
  });
});

it('in English the server speaks for itself, also after another language', async () => {
  const told = { code: 'turn_in_progress', message: unknown };
  expect(sentenceOf(told)).toBe(unknown);
  await setLanguage('de');
  expect(sentenceOf(told)).toMatch(/^Warten Sie/);
  expect(toolTitle({ title: unknown, verb: 'list' })).toBe('Dateien ansehen');
  await setLanguage('en');
  expect(sentenceOf(told)).toBe(unknown);
  expect(toolTitle({ title: unknown, verb: 'list' })).toBe(unknown);
});
