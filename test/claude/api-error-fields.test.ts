import Anthropic from '@anthropic-ai/sdk';
import { expect, it } from 'vitest';
import { apiErrorFieldsOf } from '../../src/claude/api-error-fields.ts';

/** The fields of an answer with this body: JSON, or a plain text. */
const fieldsOf = (body: unknown, plain?: string) =>
  apiErrorFieldsOf(Anthropic.APIError.generate(400, body as object, plain, new Headers()), (text) =>
    text.replace('secret', '…'),
  );

it('reads type, code and message of an answer of Claude’s', () => {
  const error = { type: 'api_error', message: 'Spent.', details: { error_code: 'spend_limit_reached' } };
  expect(fieldsOf({ type: 'error', error })).toEqual({
    errorType: 'api_error',
    errorCode: 'spend_limit_reached',
    message: 'Spent.',
  });
});

it('removes secrets from each field', () => {
  const error = { type: 'a secret', message: 'b secret', details: { error_code: 'c secret' } };
  expect(fieldsOf({ error })).toEqual({ errorType: 'a …', errorCode: 'c …', message: 'b …' });
});

it.each<[unknown, string | null]>([
  [{ error: 'No.' }, 'No.'],
  [{ message: 'No.' }, 'No.'],
  [{ error: 'This.', message: 'Not this.' }, 'This.'],
  [{ error: '', message: 'This.' }, 'This.'],
  [{ error: { message: 'This.' }, message: 'Not this.' }, 'This.'],
  [{ error: { message: '' } }, null],
  [{ error: { message: { a: 1 } } }, null],
  [{ error: 5 }, null],
  [{ message: '  <html>' }, null],
  [{ message: '5 < 6' }, '5 < 6'],
  [['No.'], null],
  ['No.', null],
  [null, null],
])('finds the message of any other JSON: %j', (body, message) => {
  expect(fieldsOf(body)).toEqual({ errorType: null, errorCode: null, message });
});

it.each([
  ['No route.', 'No route.'],
  ['a secret', 'a …'],
  ['400 times no', '400 times no'],
  ['<html>No.</html>', null],
  ['', null],
  [undefined, null],
])('finds the message of a plain text: %j', (plain, message) => {
  expect(fieldsOf(undefined, plain)).toEqual({ errorType: null, errorCode: null, message });
});
