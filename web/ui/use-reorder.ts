import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A list with one item moved to a place, from 1. */
export function moved<T>(items: readonly T[], item: T, place: number): T[] {
  const rest = items.filter((one) => one !== item);
  rest.splice(place - 1, 0, item);
  return rest;
}

export interface Reorder {
  /** The ids as they are to be shown: those of the list, with the move that is on its way. */
  order: readonly string[];
  /** What is being dragged. */
  dragged: string | null;
  /** The place to which the last item was moved, to be told. */
  moved: number | null;
  list: RefObject<HTMLOListElement | null>;
  /** Properties of the button by which an item is moved: by the arrow keys, or dragged. */
  grip(id: string): { onKeyDown(event: KeyboardEvent): void; onPointerDown(event: PointerEvent): void };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** Moves the items of a list by keyboard, mouse and touch. @param onMove called once a place was chosen, from 1 */
export function useReorder(ids: readonly string[], onMove: (id: string, place: number) => void): Reorder {
  const list = useRef<HTMLOListElement>(null);
  const wanted = useSignal<readonly string[] | null>(null);
  const dragged = useSignal<string | null>(null);
  const told = useSignal<number | null>(null);
  const endDrag = useRef<(() => void) | null>(null);
  const known = useRef(ids);
  known.current = ids;
  const key = ids.join(' ');
  // The server has answered, or somebody else was faster: its order is the one that counts.
  useEffect(() => {
    if (dragged.peek() === null) wanted.value = null;
  }, [key, wanted, dragged]);
  useEffect(() => () => endDrag.current?.(), []);

  const orderOf = (wish: readonly string[] | null): readonly string[] =>
    wish && isSameSet(wish, known.current) ? wish : known.current;
  const orderNow = () => orderOf(wanted.peek());
  const show = (id: string, place: number) => {
    wanted.value = moved(orderNow(), id, place);
  };
  const settle = (id: string, place: number) => {
    told.value = place;
    onMove(id, place);
  };
  /** The place whose line lies at a height of the window. */
  const placeAt = (y: number): number | null => {
    const lines = [...(list.current?.children ?? [])].slice(0, known.current.length);
    const at = lines.findIndex((line) => {
      const { top, bottom } = line.getBoundingClientRect();
      return y >= top && y < bottom;
    });
    return at < 0 ? null : at + 1;
  };

  const drag = (id: string, pointer: number) => {
    // The line moves while it is dragged, and an element that moves loses the pointer: the window keeps it.
    const move = (event: PointerEvent) => {
      const place = event.pointerId === pointer ? placeAt(event.clientY) : null;
      if (place !== null && place !== orderNow().indexOf(id) + 1) show(id, place);
    };
    const end = (event?: PointerEvent) => {
      if (event && event.pointerId !== pointer) return;
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      endDrag.current = null;
      dragged.value = null;
      const place = orderNow().indexOf(id) + 1;
      if (event?.type !== 'pointerup' || place === 0) wanted.value = null;
      else if (place !== known.current.indexOf(id) + 1) settle(id, place);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    endDrag.current = end;
    dragged.value = id;
  };

  return {
    order: orderOf(wanted.value),
    dragged: dragged.value,
    moved: told.value,
    list,
    grip: (id) => ({
      onKeyDown: (event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const order = orderNow();
        const place = order.indexOf(id) + 1 + step;
        if (place < 1 || place > order.length) return;
        show(id, place);
        settle(id, place);
      },
      onPointerDown: (event) => {
        if (event.button === 0 && dragged.peek() === null) drag(id, event.pointerId);
      },
    }),
  };
}
