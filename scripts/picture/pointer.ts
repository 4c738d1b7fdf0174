import type { Page } from 'playwright-core';

interface Point {
  x: number;
  y: number;
}

/** The mouse of a page, with an arrow drawn where it is: screenshots have none. */
export class Pointer {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async moveTo({ x, y }: Point): Promise<void> {
    await this.#page.mouse.move(x, y);
    await this.#page.evaluate(drawArrow, { x, y });
  }
}

/** Runs in the page. Its policy of trusted types allows no markup from a string. */
function drawArrow({ x, y }: Point): void {
  const id = 'drawn-pointer';
  let arrow = document.getElementById(id);
  if (!arrow) {
    const svg = 'http://www.w3.org/2000/svg';
    const path = document.createElementNS(svg, 'path');
    path.setAttribute('d', 'M2 2v20l5-5 3.5 8 3.5-1.6-3.4-7.7H18z');
    path.setAttribute('fill', '#111');
    path.setAttribute('stroke', '#fff');
    path.setAttribute('stroke-width', '1.6');
    const picture = document.createElementNS(svg, 'svg');
    picture.setAttribute('width', '24');
    picture.setAttribute('height', '30');
    picture.append(path);
    arrow = document.createElement('div');
    arrow.id = id;
    Object.assign(arrow.style, { position: 'fixed', zIndex: '9999', pointerEvents: 'none' });
    arrow.append(picture);
    document.body.append(arrow);
  }
  Object.assign(arrow.style, { left: `${x}px`, top: `${y}px` });
}
