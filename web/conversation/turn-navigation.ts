import { turnElementId } from './turn-view.tsx';

/** Distance from the log's upper edge, in pixels, within which a turn still counts as the one being read. */
const TOP_TOLERANCE_PX = 24;

function focusTurn(turn: HTMLElement): void {
  turn.scrollIntoView({ block: 'start' });
  turn.focus({ preventScroll: true });
}

export function goToTurn(id: string): void {
  const turn = document.getElementById(turnElementId(id));
  if (turn) focusTurn(turn);
}

/** Goes to the turn before or after the one that has the focus or, without a focus, is being read. */
export function goToAdjacentTurn(step: -1 | 1): void {
  const turns = [...document.querySelectorAll<HTMLElement>('.log .turn')];
  const top = document.querySelector('.log')?.getBoundingClientRect().top ?? 0;
  const focused = turns.indexOf(document.activeElement?.closest<HTMLElement>('.turn') ?? document.body);
  const current = turns.findLastIndex((turn) => turn.getBoundingClientRect().top <= top + TOP_TOLERANCE_PX);
  const isInsideTurn =
    focused < 0 && step < 0 && (turns[current]?.getBoundingClientRect().top ?? top) < top - TOP_TOLERANCE_PX;
  const target = turns[isInsideTurn ? current : (focused < 0 ? current : focused) + step];
  if (target) focusTurn(target);
}
