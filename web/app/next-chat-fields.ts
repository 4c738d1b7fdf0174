import type { ChatRequest } from '../../src/protocol/requests.ts';
import type { Api } from '../api/api.ts';

type ChatExtras = Pick<ChatRequest, 'force' | 'turnstile'>;

export interface NextChat {
  /** The calls; `chat` takes the extras with it. */
  api: Api;
  /** Adds extras to the next chat request, whichever project sends it: a Turnstile token, "try anyway". */
  addToNextChat(extras: ChatExtras): void;
}

/** Extras go with one request and are gone, even if it fails. */
export function createNextChat(calls: Api): NextChat {
  let pending: ChatExtras = {};
  return {
    api: {
      ...calls,
      chat: (body, signal) => {
        const extras = pending;
        pending = {};
        return calls.chat({ ...body, ...extras }, signal);
      },
    },
    addToNextChat: (extras) => {
      pending = { ...pending, ...extras };
    },
  };
}
