import type { Account } from '../account/account.ts';
import { newId } from '../protocol/id.ts';
import { ProblemError } from '../protocol/problems.ts';
import type { Caller } from './caller.ts';
import { assertAttachmentsExist, assertClaudeModel, assertModelAllowed } from './prompt-checks.ts';
import type { SessionLifecycle } from './session-lifecycle.ts';
import type { PromptRequest } from './turn/prompt-queue.ts';

export interface ChatInput extends PromptRequest, Caller {
  session: string;
  /** The address that the prompt came from. */
  address: string;
  /** Whether the session is new: it is created with this turn, or not at all. */
  create: boolean;
}

/** A prompt is either started, answered by the turn's events as SSE, or queued at a position from 1. */
export type ChatAnswer =
  | { kind: 'stream'; stream: ReadableStream<Uint8Array> }
  | { kind: 'queued'; queued: string; position: number };

export interface TakePromptDeps {
  lifecycle: SessionLifecycle;
  account(visitor: string): DurableObjectStub<Account>;
}

/**
 * Takes a prompt: starts a turn, or queues it behind the running turn or for its time.
 *
 * @throws ProblemError where the prompt is invalid, or refused
 */
export async function takePrompt({ lifecycle, account }: TakePromptDeps, input: ChatInput): Promise<ChatAnswer> {
  assertClaudeModel(input.model);
  const { prompt, model, attachments, mode, address, force = false, notBefore = null } = input;
  const request = { prompt, model, attachments, force, notBefore, ...(mode === 'ask' ? { mode } : {}) };
  if (input.create && notBefore !== null) throw scheduledWithoutProject();
  if (input.create) {
    assertAttachmentsExist(attachments, () => false);
    const { context, turn } = await lifecycle.createWithTurn(input.session, input, request, address);
    return { kind: 'stream', stream: context.streams.open((turn.firstSeq ?? 1) - 1, turn.id, input.login) };
  }
  const { context, runner } = lifecycle.owned(input, 'act');
  assertAttachmentsExist(attachments, (path) => context.workspace.stat(path) !== null);
  const mustWait = (): boolean => !context.isIdle() || (notBefore !== null && notBefore > Date.now());
  // Only for a queued prompt: admission checks the model of one that starts now.
  if (model !== null && mustWait()) await assertModelAllowed(account(input.visitor), model);
  if (mustWait()) await runner.keepSender(address);
  // The project may have been deleted meanwhile.
  lifecycle.owned(input, 'act');
  if (mustWait()) {
    context.workspace.quota.assertTakesPrompts();
    const id = newId();
    const position = context.queue.add(id, request, address);
    context.log.emit({ type: 'queued', data: { items: context.queue.items() } }, null);
    // An earlier scheduled prompt may have become due just now.
    runner.advance();
    await lifecycle.scheduleAlarm();
    return { kind: 'queued', queued: id, position };
  }
  const turn = await runner.start(request, address);
  return { kind: 'stream', stream: context.streams.open((turn.firstSeq ?? 1) - 1, turn.id, input.login) };
}

function scheduledWithoutProject(): ProblemError {
  const message = 'Only a prompt of a project that is there can be set to a time.';
  return new ProblemError('invalid_request', message, {
    reason: 'time',
    issues: [{ path: 'notBefore', message }],
  });
}
