import { describe, expect, it } from 'vitest';
import type { RedrawEvent } from '../../../src/protocol/events.ts';
import { ChangesMadeHere } from '../../../web/project/changes-made-here.ts';

const turn = (prompt: string): RedrawEvent => ({
  ...{ seq: 1, type: 'turn_started' },
  data: { turn: 't', prompt, model: 'm', payer: 'trial' },
});
const version = (n: number): RedrawEvent => ({
  ...{ seq: 1, type: 'version' },
  data: { version: n, parent: null, label: 'x', changed: [] },
});

describe('what another window did', () => {
  it('is a turn whose prompt this page did not send', () => {
    const here = new ChangesMadeHere();
    here.addPrompt('One');
    here.addPrompt('Two');
    here.addPrompt('One');
    const asked = ['Two', 'One', 'Three', 'One', 'One', 'Two'];
    expect(asked.map((prompt) => here.foreignChange(turn(prompt), true))).toEqual([
      ...[null, null, 'turn', null, 'turn', 'turn'],
    ]);
  });

  it('is no prompt that was set to a time, and leaves the queue to start', () => {
    const here = new ChangesMadeHere();
    const items = [
      { id: 'a', prompt: 'At nine', notBefore: 9 },
      { id: 'b', prompt: 'Next' },
      { id: 'c', prompt: 'At ten', notBefore: 10 },
      { id: 'd', prompt: 'At eleven', notBefore: 11 },
    ];
    here.addStarted(items, items.slice(2));
    expect(here.foreignChange(turn('At nine'), true)).toBeNull();
    expect(here.foreignChange(turn('At nine'), true)).toBe('turn');
    expect(here.foreignChange(turn('Next'), true)).toBe('turn');
    expect(here.foreignChange(turn('At ten'), true)).toBe('turn');
    // This page has sent it itself: one turn uses it up.
    here.addPrompt('At ten');
    here.addStarted(items, []);
    expect(here.foreignChange(turn('At ten'), true)).toBeNull();
    expect(here.foreignChange(turn('At ten'), true)).toBe('turn');
  });

  it('is a version that neither a turn nor a call of this page made', async () => {
    const here = new ChangesMadeHere();
    expect(here.foreignChange(version(1), true)).toBeNull();
    expect(here.foreignChange(version(1), false)).toBe('version');
    const calls = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const running = calls.map(({ promise }) => here.run(() => promise));
    expect(here.foreignChange(version(2), false)).toBeNull();
    calls[0]?.resolve(2);
    await running[0];
    expect(here.foreignChange(version(3), false)).toBeNull();
    calls[1]?.reject(new Error('No.'));
    await expect(running[1]).rejects.toThrow('No.');
    expect(here.foreignChange(version(2), false)).toBeNull();
    expect(here.foreignChange(version(3), false)).toBe('version');
  });

  it('is nothing else', () => {
    const title: RedrawEvent = { seq: 1, type: 'title', data: { title: 'x' } };
    expect(new ChangesMadeHere().foreignChange(title, false)).toBeNull();
  });
});
