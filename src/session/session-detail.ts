import type { SessionDetail } from '../protocol/resources.ts';
import type { SessionContext } from './session-context.ts';

/** One project as `GET /api/sessions/:id` tells it. */
export function sessionDetail(parts: SessionContext, previewUrl: string): SessionDetail {
  const { meta, workspace } = parts;
  return {
    session: meta.need('id'),
    title: meta.need('title'),
    createdAt: meta.number('created_at'),
    updatedAt: meta.number('updated_at'),
    previewUrl,
    model: meta.need('model'),
    running: parts.turns.active()?.id ?? null,
    messages: parts.transcript.readable(),
    files: workspace.list(),
    versions: workspace.history(),
    version: workspace.head()?.version ?? null,
    canUndo: workspace.canUndo(),
    canRedo: workspace.canRedo(),
    undoLabel: workspace.undoLabel(),
    redoLabel: workspace.redoLabel(),
    queue: parts.queue.items(),
    sandbox: {
      ...parts.sandbox.sandbox.capabilities,
      server: parts.sandbox.isServing ? parts.sandbox.wanted : null,
      hosts: parts.sandbox.hosts,
    },
    seq: parts.log.durableSeq,
    revision: parts.preview.revision,
  };
}
