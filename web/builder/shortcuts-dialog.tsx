import { isApple, modifier } from '../composer/shortcuts.ts';
import { strings } from '../strings/strings.ts';
import { Dialog } from '../ui/dialog.tsx';

const words = strings.keys;

function shortcutGroups(): [name: string, rows: [keys: string[], action: string][]][] {
  const alt = isApple ? '⌥' : 'Alt';
  return [
    [
      words.groups.write,
      [
        [[words.enter], words.send],
        [[words.shift, words.enter], words.line],
        [['↑'], words.recall],
        [['/'], words.command],
      ],
    ],
    [
      words.groups.turn,
      [
        [[modifier(), '.'], words.stop],
        [[alt, '↑'], words.previous],
        [[alt, '↓'], words.next],
      ],
    ],
    [
      words.groups.sheet,
      [
        [[modifier(), 'Z'], words.undo],
        [[modifier(), words.shift, 'Z'], words.redo],
        [[words.escape], words.close],
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
