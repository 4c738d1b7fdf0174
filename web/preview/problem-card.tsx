import type { PreviewProblem, SourceSpot } from '../../src/protocol/requests.ts';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import type { PreviewController } from './preview-controller.ts';
import type { ViewState } from './view-state.ts';

const words = strings.sheet;

/** Problems that are told to Claude in one go. */
const TOLD = 5;

function spotText({ file, line, column }: SourceSpot): string {
  return [file, line, column].filter((part) => part !== undefined).join(':');
}

function asText({ kind, message, spot, stack }: PreviewProblem): string {
  const place = spot ? `\n  at ${spotText(spot)}` : '';
  return `${words.problem[kind] ?? kind}: ${message}${place}${stack ? `\n${stack}` : ''}`;
}

/** What this page saw, or else what any page reported of the revision. */
function problemsOf(project: Project, host: PreviewController): readonly PreviewProblem[] {
  const seen = host.problems.value;
  const { state, message, revision } = project.view.value.preview;
  if (seen.length > 0 || state !== 'error' || !message || host.dismissed.value >= revision) return seen;
  return [{ kind: 'console', message }];
}

/** What went wrong in the app, with the place in its own source, and one click to have it mended. */
export function ProblemCard({ project, host, desk }: { project: Project; host: PreviewController; desk: ViewState }) {
  const problems = problemsOf(project, host);
  const first = problems[0];
  if (!first) return null;
  const { spot } = first;
  const fix = () => {
    const told = words.fixPrompt(problems.slice(0, TOLD).map(asText).join('\n\n'));
    host.dismissProblems();
    void project.send(told);
  };
  return (
    <section class="problem" role="alert" aria-labelledby="problem-heading">
      <h2 id="problem-heading">
        {words.problem[first.kind] ?? first.kind}{' '}
        {problems.length > 1 && <span class="quiet">{words.moreProblems(problems.length - 1)}</span>}
      </h2>
      <p class="problem-message">{first.message}</p>
      {spot && (
        <p class="problem-spot">
          <button
            type="button"
            class="text-button"
            aria-label={words.openSpot(spotText(spot))}
            onClick={() => desk.openCode(spot)}
          >
            {spotText(spot)}
          </button>
        </p>
      )}
      <p class="problem-actions">
        <button type="button" class="button is-main" onClick={fix}>
          {words.fix}
        </button>
        <button type="button" class="text-button" onClick={() => host.dismissProblems()}>
          {strings.dismiss}
        </button>
      </p>
    </section>
  );
}
