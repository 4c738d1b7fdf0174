import { Gauge } from 'lucide';
import type { Project } from '../project/project.ts';
import { strings } from '../strings/strings.ts';
import { Menu } from '../ui/menu.tsx';

const words = strings.demoLimits;

type Scene = keyof typeof words.scenes;

/** Scenes the demo model can play. `suffix` is part of the prompt: `:own` plays a limit as the visitor's own. */
const sceneGroups: readonly {
  heading: 'passing' | 'warnings' | 'own' | 'shared';
  suffix: string;
  scenes: readonly Scene[];
}[] = [
  { heading: 'passing', suffix: '', scenes: ['overloaded', 'busy', 'broken_line'] },
  {
    heading: 'warnings',
    suffix: '',
    scenes: ['warning_five_hour', 'warning_week', 'warning_extra_usage', 'extra_usage'],
  },
  {
    heading: 'own',
    suffix: ':own',
    scenes: ['limit_five_hour', 'limit_week', 'limit_week_opus', 'out_of_credits', 'no_credit'],
  },
  { heading: 'shared', suffix: '', scenes: ['limit_five_hour', 'no_credit'] },
];

/** Each turn asks for the next colour, so that the demo model has something to change. */
const colours = ['green', 'blue', 'red', 'purple', 'orange', 'teal'];

function promptOf(project: Project, scene: Scene, suffix: string): string {
  const { earlier, turn } = project.view.peek();
  const colour = colours[(earlier.length + (turn ? 1 : 0)) % colours.length];
  return `Make it ${colour} #limit:${scene}${suffix}`;
}

/** For the demo only: a menu that sends prompts to which the demo model responds with limits, warnings and errors. */
export function DemoLimits({ project }: { project: Project }) {
  const isBusy = project.running.value || project.sending.value !== null;
  return (
    <div class="demo-limits">
      <Menu node={Gauge} name={words.what} value={words.open}>
        {(close) => (
          <>
            {sceneGroups.map(({ heading, suffix, scenes }) => (
              <section key={heading} class="menu-group" aria-label={words[heading]}>
                <p class="quiet" aria-hidden="true">
                  {words[heading]}
                </p>
                {scenes.map((scene) => (
                  <button
                    key={scene}
                    type="button"
                    class="menu-item"
                    disabled={isBusy}
                    onClick={() => {
                      close();
                      void project.send(promptOf(project, scene, suffix));
                    }}
                  >
                    {words.scenes[scene]}
                  </button>
                ))}
              </section>
            ))}
          </>
        )}
      </Menu>
    </div>
  );
}
