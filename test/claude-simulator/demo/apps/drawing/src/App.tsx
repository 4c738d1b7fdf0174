import { useEffect, useState } from 'preact/hooks';
import { useSheet } from './use-sheet';

const title = 'Scrap';

const inks = [
  { name: 'Black', colour: '#24211d' },
  { name: 'Vermilion', colour: '#d43d1f' },
  { name: 'Ochre', colour: '#d49a1c' },
  { name: 'Green', colour: '#2f7a4d' },
  { name: 'Blue', colour: '#2352a8' },
  { name: 'Chalk', colour: '#fbf9f3' },
];

const nibs = [
  { name: 'Fine', width: 2.5 },
  { name: 'Middle', width: 7 },
  { name: 'Broad', width: 20 },
];

export function App() {
  const sheet = useSheet();
  const [ink, setInk] = useState(0);
  const [nib, setNib] = useState(1);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const number = Number(event.key);
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'z') {
        if (event.shiftKey) sheet.redo();
        else sheet.undo();
      } else if (event.metaKey || event.ctrlKey || event.altKey) return;
      else if (number >= 1 && number <= inks.length) setInk(number - 1);
      else if (event.key === '[') setNib(Math.max(0, nib - 1));
      else if (event.key === ']') setNib(Math.min(nibs.length - 1, nib + 1));
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  const pointOf = (event: PointerEvent) => {
    const { left, top } = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const pressure = event.pointerType === 'pen' ? event.pressure : 0.5;
    return { x: event.clientX - left, y: event.clientY - top, pressure };
  };

  const down = (event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    const colour = inks[ink]?.colour ?? '#000';
    sheet.begin({ colour, width: nibs[nib]?.width ?? 4, points: [pointOf(event)] });
  };

  const save = () => {
    const source = sheet.canvas.current;
    if (!source) return;
    const copy = document.createElement('canvas');
    copy.width = source.width;
    copy.height = source.height;
    const context = copy.getContext('2d');
    if (!context) return;
    context.fillStyle = getComputedStyle(source).backgroundColor;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(source, 0, 0);
    const link = document.createElement('a');
    link.href = copy.toDataURL('image/png');
    link.download = `${title.toLowerCase()}.png`;
    link.click();
  };

  return (
    <main>
      <header>
        <h1>{title}</h1>
        <div class="steps">
          <button type="button" onClick={sheet.undo} disabled={!sheet.canUndo}>
            Undo
          </button>
          <button type="button" onClick={sheet.redo} disabled={!sheet.canRedo}>
            Redo
          </button>
          <button type="button" onClick={sheet.clear} disabled={sheet.strokes.length === 0}>
            Clear
          </button>
          <button type="button" class="main" onClick={save}>
            Save<span class="wide"> picture</span>
          </button>
        </div>
      </header>

      <div class="sheet">
        <canvas
          ref={sheet.canvas}
          aria-label={`Drawing with ${sheet.strokes.length} strokes`}
          role="img"
          onPointerDown={down}
          onPointerMove={(event) => sheet.extend([pointOf(event)])}
          onPointerUp={sheet.end}
          onPointerCancel={sheet.end}
        />
        {sheet.strokes.length === 0 && <p class="hint">Draw something small.</p>}
      </div>

      <div class="tools">
        <fieldset>
          <legend class="visually-hidden">Ink</legend>
          {inks.map(({ name, colour }, index) => (
            <button
              type="button"
              key={name}
              class="ink"
              style={{ '--ink-colour': colour }}
              aria-pressed={index === ink}
              aria-label={name}
              title={`${name} (${index + 1})`}
              onClick={() => setInk(index)}
            />
          ))}
        </fieldset>
        <fieldset>
          <legend class="visually-hidden">Nib</legend>
          {nibs.map(({ name, width }, index) => (
            <button
              type="button"
              key={name}
              class="nib"
              style={{ '--nib': `${width}px` }}
              aria-pressed={index === nib}
              aria-label={name}
              title={name}
              onClick={() => setNib(index)}
            />
          ))}
        </fieldset>
      </div>
    </main>
  );
}
