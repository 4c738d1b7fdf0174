import * as v from 'valibot';
import { expect, it } from 'vitest';
import { limits } from '../../src/protocol/limits.ts';
import { issueReasonOf, issueSentences } from '../../src/protocol/request-issues.ts';
import {
  ChatRequest,
  ConnectionRequest,
  NetworkRequest,
  PasskeyPatch,
  QueuePatch,
  SessionPatch,
} from '../../src/protocol/requests.ts';

const hosts = (...names: string[]) => ({ hosts: names });

const cases: [string, v.GenericSchema, unknown][] = [
  ['prompt_blank', ChatRequest, { prompt: '\u001f ' }],
  ['prompt_blank', QueuePatch, { prompt: '' }],
  ['prompt_too_long', ChatRequest, { prompt: 'x'.repeat(limits.promptChars + 1) }],
  ['name_blank', SessionPatch, { title: ' ' }],
  ['name_blank', PasskeyPatch, { name: '' }],
  ['too_long', SessionPatch, { title: 'x'.repeat(limits.titleChars + 1) }],
  ['time_ahead', ChatRequest, { prompt: 'x', notBefore: Date.now() + 2 * limits.queueAheadMs }],
  ['host_name', NetworkRequest, hosts('10.0.0.1')],
  ['host_name', NetworkRequest, hosts('a.example:8080')],
  ['host_private', NetworkRequest, hosts('db.internal')],
  ['hosts_many', NetworkRequest, hosts(...Array.from({ length: 21 }, (_, at) => `h${at}.example.com`))],
  ['key_blank', ConnectionRequest, { kind: 'api_key', key: ' ' }],
  ['key_form', ConnectionRequest, { kind: 'api_key', key: 'sk ant' }],
  ['issues', ChatRequest, { prompt: 7 }],
  ['issues', NetworkRequest, {}],
];

it.each(cases)('%s tells what cannot be taken', (reason, schema, body) => {
  const [issue] = v.safeParse(schema, body).issues ?? [];
  expect(issue && issueReasonOf(issue)).toBe(reason);
});

it('each sentence for a person has such a case', () => {
  expect([...new Set(cases.map(([reason]) => reason))]).toEqual(expect.arrayContaining(Object.keys(issueSentences)));
});
