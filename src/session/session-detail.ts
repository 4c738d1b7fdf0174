import type { SessionDetail } from '../protocol/resources.ts';
import type { SessionContext } from './session-context.ts';

/** The answer to `GET /api/sessions/:id`. @param withMessages whether the conversation is a part of it */
export function sessionDetail(context: SessionContext, previewUrl: string, withMessages: boolean): SessionDetail {
  const { expiry, log, meta, preview, queue, sandbox, transcript, turns, workspace } = context;
  const undo = workspace.undoStep();
  const redo = workspace.redoStep();
  return {
    session: meta.need('id'),
    title: meta.need('title'),
    createdAt: meta.number('created_at'),
    updatedAt: meta.number('updated_at'),
    expiresAt: expiry.expiresAt(),
    previewUrl,
    model: meta.need('model'),
    running: turns.active()?.id ?? null,
    ...(withMessages ? { messages: transcript.readable() } : {}),
    files: workspace.list(),
    versions: workspace.history(),
    version: workspace.head()?.version ?? null,
    canUndo: undo !== null,
    canRedo: redo !== null,
    undoLabel: undo?.label ?? null,
    redoLabel: redo?.label ?? null,
    undo,
    redo,
    queue: queue.items(),
    sandbox: {
      ...sandbox.sandbox.capabilities,
      server: sandbox.isServing ? sandbox.desiredServer : null,
      hosts: sandbox.allowedHosts,
    },
    seq: log.durableSeq,
    revision: preview.revision,
  };
}
