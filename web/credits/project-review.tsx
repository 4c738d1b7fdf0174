import { toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { ReviewDialog } from './review-dialog.tsx';

/** The model that builds for the least. */
const smallModel = 'claude-haiku-5-5';

/** A review of the newest turn of the open project that cost credits. */
export function ProjectReview({ project, onClose }: { project: Project; onClose(): void }) {
  const { api, toasts } = useApp();
  const switchModel = async () => {
    try {
      await api.json('PUT', `/api/sessions/${project.id}/model`, { model: smallModel });
      toasts.show(strings.reviews.smallUsed);
    } catch (error) {
      toasts.show(toApiError(error).detail);
    }
  };
  return (
    <ReviewDialog
      session={project.id}
      task={project.view.peek().turn?.prompt ?? ''}
      onClose={onClose}
      onUseSmallModel={() => void switchModel()}
    />
  );
}
