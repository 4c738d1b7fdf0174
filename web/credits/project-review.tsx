import { toApiError } from '../api/api-error.ts';
import { useApp } from '../app/app-context.ts';
import { startFresh } from '../app/start-fresh.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { ReviewDialog } from './review-dialog.tsx';
import { smallModel } from './small-model.ts';

interface Props {
  project: Project;
  turn: string | undefined;
  onClose(): void;
}

function promptOf(project: Project, id: string | undefined): string {
  const { earlier, turn } = project.view.peek();
  return (id === undefined ? turn : [...earlier, turn].find((each) => each?.id === id))?.prompt ?? '';
}

/** A review of a turn of the open project. @param turn undefined: the newest that cost credits */
export function ProjectReview({ project, turn, onClose }: Props) {
  const app = useApp();
  const { toasts } = app;
  const switchModel = async () => {
    try {
      await project.chooseModel(smallModel);
      toasts.show(strings.reviews.smallUsed);
    } catch (error) {
      toasts.show(toApiError(error).detail);
    }
  };
  return (
    <ReviewDialog
      session={project.id}
      {...(turn === undefined ? {} : { turn })}
      task={promptOf(project, turn)}
      onClose={onClose}
      onUseSmallModel={() => void switchModel()}
      onStartFresh={() => {
        onClose();
        void startFresh(app);
      }}
    />
  );
}
