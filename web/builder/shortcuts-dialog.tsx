import { isApple } from '../composer/shortcuts.ts';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';

const words = strings.keys;

function shortcutGroups(): [name: string, rows: [keys: string[], action: string][]][] {
  const mod = isApple ? '⌘' : words.ctrl;
  const alt = isApple ? '⌥' : 'Alt';
  return [
    [
      words.groups.write,
      [
        [['Enter'], words.send],
        [[words.shift, 'Enter'], words.line],
        [['↑'], words.recall],
        [['/'], words.command],
      ],
    ],
    [
      words.groups.turn,
      [
        [[mod, '.'], words.stop],
        [[alt, '↑'], words.previous],
        [[alt, '↓'], words.next],
      ],
    ],
    [
      words.groups.sheet,
      [
        [[mod, 'Z'], words.undo],
        [[mod, words.shift, 'Z'], words.redo],
        [['Esc'], words.close],
      ],
    ],
    [
      words.groups.around,
      [
        [['/'], words.compose],
        [['?'], words.help],
      ],
    ],
  ];
}

/** Lists all keyboard shortcuts. */
export function ShortcutsDialog({ onClose }: { onClose(): void }) {
  return (
    <Dialog heading={words.heading} onClose={onClose}>
      <div class="key-groups">
        {shortcutGroups().map(([name, rows]) => (
          <section key={name}>
            <h3>{name}</h3>
            <dl>
              {rows.map(([keys, action]) => (
                <div key={action}>
                  <dt>{action}</dt>
                  <dd>
                    {keys.map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
