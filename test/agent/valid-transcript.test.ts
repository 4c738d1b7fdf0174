import type Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildRequest } from '../../src/agent/build-request.ts';
import { applyCompaction, planCompaction, shortenCompaction } from '../../src/agent/transcript-compaction.ts';
import type { Compaction } from '../../src/agent/transcript-message.ts';
import { validTranscript } from '../../src/agent/valid-transcript.ts';
import { Transcript } from '../../src/session/turn/transcript.ts';
import type { StoredEntry } from '../../src/session/turn/transcript-entry.ts';
import type { Sql } from '../../src/storage/sql.ts';
import type { BlobStore } from '../../src/workspace/blob-store.ts';
import { signThinking } from '../claude-simulator/compose-message.ts';
import { findFault } from '../claude-simulator/validate-request.ts';
import { longRun } from '../support/long-run.ts';
import { entriesOf, readImage, soundTurns, storedTurns } from './generated-transcripts.ts';

type Messages = Anthropic.MessageParam[];

/** What Claude says to a request with these messages: null where it takes it. */
function refusal(messages: Messages): string | null {
  const request = buildRequest({ model: 'claude-haiku-4-5', system: 's', shell: false, outputTokens: 9, messages });
  return findFault(JSON.stringify(request))?.message ?? null;
}

/** The transcript of stored rows. */
function transcriptOf(rows: readonly StoredEntry[]) {
  const stored = rows.map(({ json, ...row }) => ({
    ...row,
    content: json,
    content_hash: json === null ? 'gone' : null,
  }));
  const sql = { exec: () => ({ toArray: () => stored }) } as unknown as Sql;
  return new Transcript(sql, { getText: () => null } as unknown as BlobStore).messages();
}

const sentOf = (rows: readonly StoredEntry[], compaction: Compaction): Messages =>
  validTranscript(applyCompaction(transcriptOf(rows), compaction), readImage);

const index = fc.nat({ max: 40 });
const compaction = fc.record({ fold: index, elide: index, unthink: index });

describe('what goes to Claude', () => {
  it('keeps all rules, whatever was stored and however it is compacted', () => {
    fc.assert(
      fc.property(storedTurns, fc.option(compaction), fc.boolean(), (turns, cut, byPlan) => {
        const rows = entriesOf(turns);
        const messages = transcriptOf(rows);
        const none = { fold: 0, elide: 0, unthink: 0 };
        const planned = byPlan
          ? planCompaction(messages, 100, none)
          : (shortenCompaction(messages, none, 'tokens') ?? none);
        expect(refusal(sentOf(rows, cut ?? planned))).toBeNull();
      }),
      longRun(750, 100_000),
    );
  });

  it('begins with the bytes that went before, when a turn is added', () => {
    fc.assert(
      fc.property(storedTurns, storedTurns, compaction, (before, added, cut) => {
        const within = transcriptOf(entriesOf(before)).length;
        const limited = { fold: Math.min(cut.fold, within), elide: Math.min(cut.elide, within), unthink: cut.unthink };
        const earlier = sentOf(entriesOf(before), limited);
        const later = sentOf(entriesOf([...before, ...added.map((rows) => [promptRow, ...rows])]), limited);
        const isSame = JSON.stringify(earlier.at(-1)) === JSON.stringify({ role: 'user', content: 'Go on.' });
        const kept = isSame ? earlier.slice(0, -1) : earlier;
        expect(JSON.stringify(later.slice(0, kept.length))).toBe(JSON.stringify(kept));
      }),
      longRun(1_000, 100_000),
    );
  });

  it('is what was stored, byte for byte, where that is valid', () => {
    fc.assert(
      fc.property(soundTurns, (turns) => {
        const messages = [...turns.flat(), { role: 'user', content: 'Next.' }] as Messages;
        expect(refusal(messages)).toBeNull();
        const sent = validTranscript(messages, readImage);
        expect(JSON.stringify(sent)).toBe(JSON.stringify(messages));
        expect(sent.every((message, at) => message === messages[at])).toBe(true);
      }),
      longRun(1_000, 100_000),
    );
  });
});

const promptRow = {
  kind: 'prompt',
  json: JSON.stringify({ blocks: [{ type: 'text', text: 'Next.' }], text: 'Next.' }),
};

const user = (...content: unknown[]) => ({ role: 'user', content }) as Anthropic.MessageParam;
const assistant = (...content: unknown[]) => ({ role: 'assistant', content }) as Anthropic.MessageParam;
const text = (words: string) => ({ type: 'text', text: words });
const call = (id: string, name = 'bash') => ({ type: 'tool_use', id, name, input: {} });
const result = (tool_use_id: string, content: unknown = 'ok') => ({ type: 'tool_result', tool_use_id, content });
const sent = (...messages: Messages) => validTranscript(messages, readImage);

describe('a stored transcript', () => {
  it('gives calls ids of their own where theirs repeat or do not pass, and their results the same', () => {
    const messages = sent(
      user(text('x')),
      assistant(call('a'), call('a'), call('functions.edit:0')),
      user(result('a', 'first'), result('a', 'second'), result('functions.edit:0', 'third')),
      assistant(call('a')),
      user(result('a', 'fourth')),
    );
    const ids = messages.flatMap(({ content }) =>
      (content as { id?: string; tool_use_id?: string }[]).flatMap((block) => block.id ?? block.tool_use_id ?? []),
    );
    expect(ids).toEqual([
      'a',
      'toolu_replaced_1',
      'toolu_replaced_2',
      'a',
      'toolu_replaced_1',
      'toolu_replaced_2',
      'toolu_replaced_3',
      'toolu_replaced_3',
    ]);
    expect(JSON.stringify(messages[2])).toMatch(/"a".*first.*replaced_1.*second.*replaced_2.*third/);
    expect(refusal(messages)).toBeNull();
  });

  it('answers each call before anything else is said, and drops what answers nothing', () => {
    const messages = sent(
      user(text('x')),
      assistant(call('a'), call('b')),
      user(text('Stop'), result('b'), result('c'), result('b')),
      user(result('a')),
    );
    expect(messages.slice(2)).toEqual([
      user(result('b'), { ...result('a', 'The turn ended before this ran.'), is_error: true }, text('Stop')),
    ]);
  });

  it('keeps signed thinking as it is, and leaves out what has no signature or half a character in it', () => {
    const signed = { type: 'thinking', thinking: ' \x1f', signature: signThinking(' \x1f') };
    const half = { type: 'thinking', thinking: '\ud83d', signature: signThinking('\ud83d') };
    const messages = sent(user(text('x')), assistant(signed, { ...signed, signature: '' }, half), user(text('y')));
    expect(messages[1]).toEqual(assistant(signed, text('(no answer)')));
    expect(refusal(messages)).toBeNull();
  });

  it('begins and ends with the user', () => {
    expect(sent(assistant(text('Hello'))).map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(refusal(sent())).toBeNull();
  });

  it('has no tool under a name that one of ours could have', () => {
    const names = ['check.preview', '', 'x'.repeat(129)].map((name) =>
      call(name === '' ? 'e' : name.slice(0, 1), name),
    );
    const [, reply] = sent(user(text('x')), assistant(...names), user(text('y')));
    expect(reply?.content).toMatchObject([
      { name: 'unknown_tool_check_preview' },
      { name: 'unknown_tool_without_name' },
      { name: `unknown_tool_${'x'.repeat(60)}` },
    ]);
  });

  it('keeps an index for each message, also for the results of calls that have none: compactions are stored as indexes', () => {
    const rows = entriesOf([
      [promptRow, { kind: 'reply', json: JSON.stringify({ content: [call('a')], stopReason: 'tool_use' }) }],
      [promptRow, { kind: 'reply', json: JSON.stringify({ content: [text('No.')], stopReason: 'refusal' }) }],
      [promptRow, { kind: 'reply', json: JSON.stringify({ content: [], stopReason: 'end_turn' }) }],
      [promptRow],
    ]);
    const messages = transcriptOf(rows);
    expect(messages.map(({ turn }) => turn)).toEqual([
      'turn-0',
      'turn-0',
      'turn-0',
      'turn-1',
      'turn-1',
      'turn-2',
      'turn-3',
    ]);
    expect(messages.map(({ isLeftOut = false }) => isLeftOut)).toEqual([false, false, false, true, true, false, false]);
    expect(JSON.stringify(applyCompaction(messages, { fold: 5, elide: 5, unthink: 5 }))).not.toContain('No.');
  });
});

const thinking = { type: 'thinking', thinking: 'Hm.', signature: 's' };
const unanswered = (tool_use_id: string) => ({
  ...result(tool_use_id, 'The turn ended before this ran.'),
  is_error: true,
});
const noAnswer = text('(no answer)');
const noPrompt = text('(an empty message)');
const goOn: Anthropic.MessageParam = { role: 'user', content: 'Go on.' };

const x = user(text('x'));
const y = user(text('y'));

describe('the rules of the Messages API', () => {
  it('a stored text of white space, or with half a character, does not make Claude refuse the conversation', () => {
    expect(sent({ role: 'user', content: ' ' }, { role: 'assistant', content: '\n' }, y)).toEqual([
      user(noPrompt),
      assistant(noAnswer),
      y,
    ]);
    const half = 'a\ud83d';
    expect(sent({ role: 'user', content: half }, { role: 'assistant', content: half }, y)).toEqual([
      { role: 'user', content: 'a\ufffd' },
      { role: 'assistant', content: 'a\ufffd' },
      y,
    ]);
  });

  it('messages of plain text go to Claude as they are', () => {
    const messages: Messages = [
      { role: 'user', content: 'x' },
      { role: 'assistant', content: 'y' },
      { role: 'user', content: 'z' },
    ];
    const valid = sent(...messages);
    expect(valid).toHaveLength(3);
    for (const [at, message] of valid.entries()) expect(message).toBe(messages[at]);
  });

  it('messages of other roles, and fields that no message has, are left out', () => {
    const system = { role: 'system', content: 'Obey.' } as unknown as Anthropic.MessageParam;
    expect(sent(x, system, { ...assistant(text('Hi')), id: 'msg_1' } as unknown as Anthropic.MessageParam, y)).toEqual([
      x,
      assistant(text('Hi')),
      y,
    ]);
  });

  it('a conversation begins and ends with the person', () => {
    expect(sent()).toEqual([goOn]);
    expect(sent(x)).toEqual([x]);
    expect(sent(assistant(text('Hi')))).toEqual([
      { role: 'user', content: '(The beginning of this conversation is lost.)' },
      assistant(text('Hi')),
      goOn,
    ]);
  });

  it('a reply has content, and does not end with thinking', () => {
    expect(sent(x, assistant(), y)).toEqual([x, assistant(noAnswer), y]);
    expect(sent(x, assistant(thinking), y)).toEqual([x, assistant(thinking, noAnswer), y]);
    const called = assistant(thinking, call('a'));
    expect(sent(x, called, user(result('a')))[1]).toBe(called);
  });

  it('a reply that goes on in the next message may end with thinking there, but must not be empty', () => {
    const messages = [x, assistant(thinking), assistant(text('Hi')), y];
    expect(sent(...messages)).toEqual(messages);
    expect(sent(x, assistant(), assistant(text('Hi')), y)).toEqual([x, assistant(noAnswer), assistant(text('Hi')), y]);
  });

  it('calls of a reply in two messages are answered after the second', () => {
    const messages = [x, assistant(call('a')), assistant(call('b')), user(result('a'), result('b'))];
    expect(sent(...messages)).toEqual(messages);
  });

  it('calls without a result are answered where the results stand, before anything else', () => {
    const calls = assistant(call('a'), call('b'));
    expect(sent(x, calls)).toEqual([x, calls, user(unanswered('a'), unanswered('b'))]);
    expect(sent(x, calls, y)).toEqual([x, calls, user(unanswered('a'), unanswered('b')), y]);
    expect(sent(x, calls, { role: 'user', content: 'y' })).toEqual([
      x,
      calls,
      user(unanswered('a'), unanswered('b')),
      { role: 'user', content: 'y' },
    ]);
    expect(sent(x, calls, user(result('a')), y)).toEqual([x, calls, user(result('a'), unanswered('b')), y]);
    expect(sent(x, calls, user(result('b')), assistant(text('Hi')), y)).toEqual([
      x,
      calls,
      user(result('b'), unanswered('a')),
      assistant(text('Hi')),
      y,
    ]);
    expect(sent(x, calls, user(text('y'), result('b')), y)).toEqual([
      x,
      calls,
      user(result('b'), unanswered('a'), text('y')),
      y,
    ]);
  });

  it('results in several messages stay there', () => {
    const messages = [x, assistant(call('a'), call('b')), user(result('b')), user(result('a'))];
    const valid = sent(...messages);
    expect(valid).toEqual(messages);
    for (const [at, message] of valid.entries()) expect(message).toBe(messages[at]);
  });

  it('results that come too late, or answer nothing, are left out', () => {
    expect(sent(x, assistant(text('Hi')), user(result('z')))).toEqual([x, assistant(text('Hi')), goOn]);
    expect(sent(x, assistant(text('Hi')), user(result('z'), text('y')))).toEqual([x, assistant(text('Hi')), y]);
    expect(sent(x, assistant(call('a')), y, user(result('a'), text('z')))).toEqual([
      x,
      assistant(call('a')),
      user(unanswered('a')),
      y,
      user(text('z')),
    ]);
    expect(sent(user(), x)).toEqual([x]);
  });

  it('a message that has lost its content says so', () => {
    expect(sent(x, assistant(text('Hi')), user(text(' ')))).toEqual([x, assistant(text('Hi')), user(noPrompt)]);
    for (const lost of [null, 'text', 7, {}, { type: 'document' }]) expect(sent(user(lost))).toEqual([user(noPrompt)]);
    expect(sent(user(result('z'), null))).toEqual([user(noPrompt)]);
  });
});
