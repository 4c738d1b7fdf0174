import type { SessionDetail } from '../protocol/resources.ts';
import type { SessionContext } from './session-context.ts';

/** The answer to `GET /api/sessions/:id`. */
export function sessionDetail(context: SessionContext, previewUrl: string): SessionDetail {
  const { log, meta, preview, queue, sandbox, transcript, turns, workspace } = context;
  return {
    session: meta.need('id'),
    title: meta.need('title'),
    createdAt: meta.number('created_at'),
    updatedAt: meta.number('updated_at'),
    previewUrl,
    model: meta.need('model'),
    running: turns.active()?.id ?? null,
    messages: transcript.readable(),
    files: workspace.list(),
    versions: workspace.history(),
    version: workspace.head()?.version ?? null,
    canUndo: workspace.canUndo(),
    canRedo: workspace.canRedo(),
    undoLabel: workspace.undoLabel(),
    redoLabel: workspace.redoLabel(),
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
