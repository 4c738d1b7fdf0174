import type Anthropic from '@anthropic-ai/sdk';
import { describe, expect, it } from 'vitest';
import { RequestRepair } from '../../src/agent/request-repair.ts';
import type { ClaudeFailure } from '../../src/claude/claude-error.ts';
import { MemoryJournal } from '../support/memory-journal.ts';
import { eventsOf } from './support.ts';

type Message = Anthropic.MessageParam;

const picture = (hash: string) => ({ type: 'image', source: { type: 'url', url: `blob:${hash}:1:image/png` } });
const user = (...content: unknown[]) => ({ role: 'user', content }) as Message;
const text = user({ type: 'text', text: 'x' });
const [a, b, c] = ['a', 'b', 'c'].map((hash) => user(picture(hash)));
const sent = [a, text, b, text, c, text] as Message[];

/** A journal that notes what it is to change, and knows these names of a message's pictures. */
class NotingJournal extends MemoryJournal {
  readonly asked: unknown[] = [];
  names = (message: Message) => [`${JSON.stringify(message).includes('blob:b') ? 'b' : 'other'}.png`];

  override shorten(by: 'tokens' | 'bytes'): boolean {
    this.asked.push(by);
    return by === 'bytes';
  }
  override forgetThinking(): void {
    this.asked.push('thinking');
  }
  override forgetImages(message: Message): string[] {
    this.asked.push(sent.indexOf(message));
    return this.names(message);
  }
}

function repairOf(messages: readonly Message[], step = 3) {
  const journal = new NotingJournal('turn', []);
  const repair = new RequestRepair({ journal, turn: 'turn' }, step);
  repair.sent = messages;
  return { journal, repair };
}

const http = (status: number, message: string | null = null) =>
  ({ kind: 'http', status, headers: new Headers(), type: null, message }) as unknown as ClaudeFailure;
const told = (index: number, name: string, step = 3) => ({
  turn: 'turn',
  step,
  id: `view_${step}_${index}`,
  name: 'view_image',
  state: 'failed',
  title: `Could not show Claude ${name}`,
  verb: 'view_image',
  path: name,
  fields: { reason: 'image' },
});

describe('a request that was too large', () => {
  it.each<[string, ClaudeFailure, 'bytes' | 'tokens']>([
    ['in bytes', http(413), 'bytes'],
    ['in tokens', http(400), 'tokens'],
    ['for the window of the model', { kind: 'window_exceeded' }, 'tokens'],
  ])('%s gets shorter in that measure, where that is possible', (_name, failure, by) => {
    const { journal, repair } = repairOf(sent);
    expect(repair.apply('shorter', failure)).toBe(by === 'bytes');
    expect(journal.asked).toEqual([by]);
  });
});

describe('a request with thinking that Claude refuses', () => {
  const assistant = (...content: unknown[]) => ({ role: 'assistant', content }) as Message;
  const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's' };

  it('goes without it', () => {
    for (const block of [thinking, { type: 'redacted_thinking', data: 'd' }]) {
      const { journal, repair } = repairOf([text, assistant({ type: 'text', text: 'Hi' }, block), text]);
      expect(repair.apply('without_thinking', http(400))).toBe(true);
      expect(journal.asked).toEqual(['thinking']);
    }
  });

  it('is not repeated where it had none', () => {
    const { journal, repair } = repairOf([text, { role: 'assistant', content: 'thinking' }, assistant(), text]);
    expect(repair.apply('without_thinking', http(400))).toBe(false);
    expect(journal.asked).toEqual([]);
  });
});

describe('a request with a picture that Claude refuses', () => {
  const apply = (failure: ClaudeFailure, times = 1, messages: readonly Message[] = sent) => {
    const { journal, repair } = repairOf(messages);
    const results = Array.from({ length: times }, () => repair.apply('without_images', failure));
    return { asked: journal.asked, results };
  };

  it('goes without those of the message that Claude names', () => {
    for (const index of [0, 2, 4])
      expect(apply(http(400, `messages.${index}.content.0.image: too large`))).toEqual({
        asked: [index],
        results: [true],
      });
  });

  it.each([
    ['names no message', http(400, 'Could not process image')],
    ['names one without pictures', http(400, 'messages.1.content.0: too large')],
    ['names one that is not there', http(400, 'messages.17.content.0: too large')],
    ['says nothing', http(400)],
    ['breaks off', { kind: 'broken', reason: 'cut' } as const],
  ])('goes without those of the newest message that has any, where Claude %s', (_name, failure) => {
    expect(apply(failure)).toEqual({ asked: [4], results: [true] });
  });

  it('goes without those of the newest, also where the second message has some', () => {
    const messages = [text, a, text, c] as Message[];
    expect(apply(http(400, 'Could not process image'), 1, messages)).toEqual({ asked: [4], results: [true] });
  });

  it('goes without any at the third time', () => {
    expect(apply(http(400), 3)).toEqual({ asked: [4, 4, 0, 2, 4], results: [true, true, true] });
  });

  it('is not repeated where it had none', () => {
    expect(apply(http(400, 'messages.0.content.0: x'), 1, [text])).toEqual({ asked: [], results: [false] });
  });

  it('tells the visitor which, and again when the step is discarded', () => {
    const { journal, repair } = repairOf(sent);
    repair.tellAgain();
    expect(journal.events).toEqual([]);
    repair.apply('without_images', http(400, 'messages.2.content.0: x'));
    journal.names = () => ['one.png', 'two.png'];
    repair.apply('without_images', http(400));
    const all = [told(1, 'b.png'), told(2, 'one.png'), told(3, 'two.png')];
    expect(eventsOf(journal, 'tool')).toEqual(all);
    repair.tellAgain();
    expect(eventsOf(journal, 'tool')).toEqual([...all, ...all]);
  });
});
