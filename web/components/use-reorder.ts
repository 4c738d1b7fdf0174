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
  grip(id: string): {
    onKeyDown(event: KeyboardEvent): void;
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(): void;
    onPointerCancel(): void;
  };
}

/** Moves the items of a list by keyboard, mouse and touch. @param onMove called once a place was chosen, from 1 */
export function useReorder(ids: readonly string[], onMove: (id: string, place: number) => void): Reorder {
  const list = useRef<HTMLOListElement>(null);
  const wanted = useSignal<readonly string[] | null>(null);
  const dragged = useSignal<string | null>(null);
  const told = useSignal<number | null>(null);
  const key = ids.join(' ');
  // The server has answered, or somebody else was faster: its order is the one that counts.
  useEffect(() => {
    if (dragged.peek() === null) wanted.value = null;
  }, [key, wanted, dragged]);
  const order =
    wanted.value?.every((id) => ids.includes(id)) && wanted.value.length === ids.length ? wanted.value : ids;

  const show = (id: string, place: number) => {
    wanted.value = moved(order, id, place);
  };
  const settle = (id: string, place: number) => {
    told.value = place;
    onMove(id, place);
  };
  const drop = () => {
    const id = dragged.value;
    dragged.value = null;
    if (id === null) return;
    const place = order.indexOf(id) + 1;
    if (place !== ids.indexOf(id) + 1) settle(id, place);
  };
  /** The place whose line lies under a height of the window. */
  const placeAt = (y: number): number | null => {
    const lines = [...(list.current?.children ?? [])].slice(0, ids.length);
    const at = lines.findIndex((line) => {
      const { top, bottom } = line.getBoundingClientRect();
      return y >= top && y < bottom;
    });
    return at < 0 ? null : at + 1;
  };

  return {
    order,
    dragged: dragged.value,
    moved: told.value,
    list,
    grip: (id) => ({
      onKeyDown: (event) => {
        const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0;
        if (step === 0) return;
        event.preventDefault();
        const place = order.indexOf(id) + 1 + step;
        if (place < 1 || place > order.length) return;
        show(id, place);
        settle(id, place);
      },
      onPointerDown: (event) => {
        if (event.button !== 0) return;
        (event.currentTarget as Element).setPointerCapture(event.pointerId);
        dragged.value = id;
      },
      onPointerMove: (event) => {
        if (dragged.value !== id) return;
        const place = placeAt(event.clientY);
        if (place !== null && place !== order.indexOf(id) + 1) show(id, place);
      },
      onPointerUp: drop,
      onPointerCancel: () => {
        dragged.value = null;
        wanted.value = null;
      },
    }),
  };
}
