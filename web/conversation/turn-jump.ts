import { turnPlace } from './turn.tsx';

/** Pixels by which a turn may stand off the upper edge and still be the one that is read. */
const SLACK = 24;

function goTo(turn: HTMLElement): void {
  turn.scrollIntoView({ block: 'start' });
  turn.focus({ preventScroll: true });
}

export function goToTurn(id: string): void {
  const turn = document.getElementById(turnPlace(id));
  if (turn) goTo(turn);
}

/** Goes to the turn before or after the one that is read. */
export function jumpTurn(step: -1 | 1): void {
  const turns = [...document.querySelectorAll<HTMLElement>('.log .turn')];
  const top = document.querySelector('.log')?.getBoundingClientRect().top ?? 0;
  const focused = turns.indexOf(document.activeElement?.closest<HTMLElement>('.turn') ?? document.body);
  const read = turns.findLastIndex((turn) => turn.getBoundingClientRect().top <= top + SLACK);
  const isBetween = focused < 0 && step < 0 && (turns[read]?.getBoundingClientRect().top ?? top) < top - SLACK;
  const wanted = turns[isBetween ? read : (focused < 0 ? read : focused) + step];
  if (wanted) goTo(wanted);
}
