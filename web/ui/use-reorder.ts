import { useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** A list with one item moved to a position (from 1). */
export function moved<T>(items: readonly T[], item: T, position: number): T[] {
  const rest = items.filter((other) => other !== item);
  rest.splice(position - 1, 0, item);
  return rest;
}

export interface Reorder {
  /** The ids in display order: optimistic, with the move that the server has not confirmed yet. */
  order: readonly string[];
  /** The id of the dragged item. */
  dragged: string | null;
  /** The position (from 1) of the last moved item, for a screen reader. */
  moved: number | null;
  list: RefObject<HTMLOListElement | null>;
  /** Event handlers of an item's grip: arrow keys and dragging move the item. */
  grip(id: string): { onKeyDown(event: KeyboardEvent): void; onPointerDown(event: PointerEvent): void };
}

const isSameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id) => b.includes(id));

/** Reorders a list by keyboard, mouse and touch. @param onMove called once an item was moved to a position (from 1) */
export function useReorder(ids: readonly string[], onMove: (id: string, position: number) => void): Reorder {
  const list = useRef<HTMLOListElement>(null);
  const optimistic = useSignal<readonly string[] | null>(null);
  const dragged = useSignal<string | null>(null);
  const announced = useSignal<number | null>(null);
  const endDrag = useRef<(() => void) | null>(null);
  const current = useRef(ids);
  current.current = ids;
  const key = ids.join(' ');
  // A new order from the server replaces the optimistic one.
  useEffect(() => {
    if (dragged.peek() === null) optimistic.value = null;
  }, [key, optimistic, dragged]);
  useEffect(() => () => endDrag.current?.(), []);

  const orderOf = (order: readonly string[] | null): readonly string[] =>
    order && isSameSet(order, current.current) ? order : current.current;
  const orderNow = () => orderOf(optimistic.peek());
  const show = (id: string, position: number) => {
    optimistic.value = moved(orderNow(), id, position);
  };
  const commit = (id: string, position: number) => {
    announced.value = position;
    onMove(id, position);
  };
  /** The position of the line at a height of the window. */
  const positionAt = (y: number): number | null => {
    const lines = [...(list.current?.children ?? [])].slice(0, current.current.length);
    const at = lines.findIndex((line) => {
      const { top, bottom } = line.getBoundingClientRect();
      return y >= top && y < bottom;
    });
    return at < 0 ? null : at + 1;
  };

  const drag = (id: string, pointer: number) => {
    // Listeners on the window: the line moves in the DOM while it is dragged, and would lose a pointer capture.
    const move = (event: PointerEvent) => {
      const position = event.pointerId === pointer ? positionAt(event.clientY) : null;
      if (position !== null && position !== orderNow().indexOf(id) + 1) show(id, position);
    };
    const end = (event?: PointerEvent) => {
      if (event && event.pointerId !== pointer) return;
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', end);
      removeEventListener('pointercancel', end);
      endDrag.current = null;
      dragged.value = null;
      const position = orderNow().indexOf(id) + 1;
      if (event?.type !== 'pointerup' || position === 0) optimistic.value = null;
      else if (position !== current.current.indexOf(id) + 1) commit(id, position);
    };
    addEventListener('pointermove', move);
    addEventListener('pointerup', end);
    addEventListener('pointercancel', end);
    endDrag.current = end;
    dragged.value = id;
  };

  return {
    order: orderOf(optimistic.value),
    dragged: dragged.value,
    moved: announced.value,
    list,
    grip: (id) => ({
      onKeyDown: (event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const order = orderNow();
        const position = order.indexOf(id) + 1 + step;
        if (position < 1 || position > order.length) return;
        show(id, position);
        commit(id, position);
      },
      onPointerDown: (event) => {
        if (event.button === 0 && dragged.peek() === null) drag(id, event.pointerId);
      },
    }),
  };
}
