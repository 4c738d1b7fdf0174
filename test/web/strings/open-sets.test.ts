import { describe, expect, it } from 'vitest';
import { SandboxEvent, TurnState, VersionEvent } from '../../../src/protocol/events.ts';
import * as noContainers from '../../../src/protocol/no-containers.ts';
import * as notices from '../../../src/protocol/preview-notices.ts';
import { PreviewProblem } from '../../../src/protocol/requests.ts';
import { de } from '../../../web/strings/de/first-load.ts';
import { lateDe } from '../../../web/strings/de/late-load.ts';
import { en } from '../../../web/strings/en/first-load.ts';
import { lateEn } from '../../../web/strings/en/late-load.ts';
import { fr } from '../../../web/strings/fr/first-load.ts';
import { lateFr } from '../../../web/strings/fr/late-load.ts';

/** What the protocol tells by a word of its own: the page has words for each, so that a new one fails here. */

const payers = ['trial', 'connection', 'hosted', 'credits'];
const { options: states } = SandboxEvent.entries.state;
const { options: serverStates } = SandboxEvent.entries.server.wrapped.entries.state;
const { options: kinds } = VersionEvent.entries.kind.wrapped;

/** Problems that the page shows; what the frame forbids to every app is none of them. */
const problems = PreviewProblem.entries.kind.options.filter((kind) => kind !== 'policy');

describe.each([
  ['en', en, lateEn],
  ['de', de, lateDe],
  ['fr', fr, lateFr],
] as const)('in %s', (_, first, late) => {
  it.each([
    ['every end of a turn', TurnState.options, first.turn.ended],
    ['every payer', payers, late.receipt.payers],
    ['every problem of an app', [...problems, 'blank'], late.sheet.problem],
    ['every state of a server', serverStates, late.container.serverState],
    ['every notice of a preview', Object.values(notices), late.sheet.notices],
    ['every reason for no containers', Object.values(noContainers), late.container.noneWhy],
  ] as const)('%s has words', (_what, words, said) => {
    expect(words.length).toBeGreaterThan(1);
    for (const word of words) expect((said as Record<string, string>)[word], word).toMatch(/\p{L}{3}/u);
  });

  it('every kind of version, and every state of a container, has words', () => {
    for (const kind of kinds) expect(late.versions.kind(kind), kind).not.toBe(kind);
    const container = { ...late.container, running: late.container.busy, idle: late.container.awake };
    for (const state of states) expect(container[state], state).toMatch(/\p{L}{3}/u);
  });
});
