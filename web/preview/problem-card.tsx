import type { FrameProblem } from '../../src/protocol/bridge-messages.ts';
import type { SourceSpot } from '../../src/protocol/requests.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';
import type { ViewState } from './view-state.ts';

const words = strings.sheet;

/** Problems that go into one prompt to Claude, at most. */
const MAX_PROBLEMS_SENT = 5;

function formatSpot({ file, line, column }: SourceSpot): string {
  return [file, line, column].filter((field) => field !== undefined).join(':');
}

function formatProblem({ kind, message, spot, stack }: FrameProblem): string {
  const location = spot ? `\n  at ${formatSpot(spot)}` : '';
  return `${words.problem[kind] ?? kind}: ${message}${location}${stack ? `\n${stack}` : ''}`;
}

/** Problems seen by this page or, without any, the error that another page reported for the revision. */
function problemsOf(project: Project, controller: PreviewController): readonly FrameProblem[] {
  const own = controller.problems.value;
  const { state, message, revision } = project.view.value.preview;
  if (own.length > 0 || state !== 'error' || !message || controller.dismissed.value >= revision) return own;
  return [{ kind: 'console', message }];
}

interface Props {
  project: Project;
  controller: PreviewController;
  viewState: ViewState;
}

/** The app's first problem with its source location, and a button that asks Claude to fix all of them. */
export function ProblemCard({ project, controller, viewState }: Props) {
  const problems = problemsOf(project, controller);
  const first = problems[0];
  if (!first) return null;
  const { spot } = first;
  const fix = () => {
    const prompt = words.fixPrompt(problems.slice(0, MAX_PROBLEMS_SENT).map(formatProblem).join('\n\n'));
    controller.dismissProblems();
    void project.send(prompt);
  };
  return (
    <section class="problem" role="alert" aria-labelledby="problem-heading">
      <h2 id="problem-heading">
        {words.problem[first.kind] ?? first.kind}{' '}
        {problems.length > 1 && <span class="quiet">{words.moreProblems(problems.length - 1)}</span>}
      </h2>
      <p class="problem-message">{words.buildProblem(first)}</p>
      {spot && (
        <p class="problem-spot">
          <button
            type="button"
            class="text-button"
            aria-label={words.openSpot(formatSpot(spot))}
            onClick={() => viewState.openCode(spot)}
          >
            {formatSpot(spot)}
          </button>
        </p>
      )}
      <p class="problem-actions">
        <button type="button" class="button is-main" onClick={fix}>
          {words.fix}
        </button>
        <button type="button" class="text-button" onClick={() => controller.dismissProblems()}>
          {strings.dismiss}
        </button>
      </p>
    </section>
  );
}
