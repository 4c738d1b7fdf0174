import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guardFocus } from '../../../web/preview/focus-guard.ts';

class FakeElement extends EventTarget {
  readonly isField: boolean;
  isConnected = true;
  focused = 0;
  constructor(isField = false) {
    super();
    this.isField = isField;
  }
  matches(selector: string): boolean {
    return this.isField && selector.includes('textarea');
  }
  focus(): void {
    this.focused += 1;
    page.document.activeElement = this;
  }
}

class FakeDocument extends EventTarget {
  activeElement: FakeElement | null = null;
}

class FakeWindow extends EventTarget {
  focused = 0;
  focus(): void {
    this.focused += 1;
  }
}

/** A page with a prompt box beside an app in a frame, which is at 500, 0 to 900, 600. */
function makePage() {
  const document = new FakeDocument();
  const window = new FakeWindow();
  const box = new FakeElement(true);
  const frame = new FakeElement();
  const container = {
    contains: (one: unknown) => one === frame,
    getBoundingClientRect: () => ({ left: 500, top: 0, right: 900, bottom: 600 }),
  };
  return { document, window, box, frame, container, hovers: true };
}

let page: ReturnType<typeof makePage>;
let thieves: unknown[];
let stop: () => void;
/** The time of the events, in milliseconds since the page was loaded. */
let at: number;

/** Dispatches an event with these fields. A page's events bubble: each listener is at the document or the window. */
function fire(target: EventTarget, type: string, fields: object): void {
  const event = new Event(type);
  for (const [name, value] of Object.entries({ timeStamp: at, ...fields }))
    Object.defineProperty(event, name, { value });
  target.dispatchEvent(event);
}
const press = (key: string) => fire(page.document, 'keydown', { key });
const point = (x: number, y: number) => fire(page.document, 'pointermove', { clientX: x, clientY: y });
const click = (target: FakeElement) => {
  page.document.activeElement = target;
  fire(page.document, 'focusin', { target });
};
/** The focus moves into the frame: by the visitor or by the app, the page is not told. @returns whether it was given back */
function moveIn(): boolean {
  const before = page.box.focused;
  page.document.activeElement = page.frame;
  fire(page.window, 'blur', { target: page.window });
  vi.runAllTimers();
  return page.box.focused > before;
}
const pass = (ms: number) => {
  at += ms;
};

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  at = 100_000;
  thieves = [];
  page = makePage();
  const { window, document } = page;
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window));
  vi.stubGlobal('HTMLElement', FakeElement);
  vi.stubGlobal('Node', FakeElement);
  vi.stubGlobal('matchMedia', () => ({
    get matches() {
      return page.hovers;
    },
  }));
  stop = guardFocus(page.container as unknown as HTMLElement, (frame) => thieves.push(frame));
  click(page.box);
});
afterEach(() => {
  stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

describe('an app that takes the focus', () => {
  it('has it taken away again while the visitor types', () => {
    press('a');
    pass(100);
    expect(moveIn()).toBe(true);
    expect(page.window.focused).toBe(1);
    expect(page.document.activeElement).toBe(page.box);
    expect(thieves).toEqual([]);
  });

  it('gets it back to the field only in a task of its own, after the app’s call', () => {
    page.document.activeElement = page.frame;
    fire(page.window, 'blur', { target: page.window });
    expect(page.box.focused).toBe(0);
    vi.runAllTimers();
    expect(page.box.focused).toBe(1);
  });

  it('is a thief at the third time within ten seconds', () => {
    for (const times of [1, 2, 3]) {
      press('a');
      pass(1000);
      expect(moveIn()).toBe(true);
      expect(thieves).toHaveLength(times > 2 ? 1 : 0);
    }
    expect(thieves).toEqual([page.frame]);
  });

  it('is none where it does so now and then', () => {
    for (let times = 0; times < 5; times++) {
      press('a');
      pass(10_001);
      expect(moveIn()).toBe(true);
    }
    expect(thieves).toEqual([]);
  });

  it('keeps it where no field had it, or the field is gone', () => {
    page.box.isConnected = false;
    expect(moveIn()).toBe(false);
    page.box.isConnected = true;
    click(new FakeElement());
    expect(moveIn()).toBe(false);
  });

  it('is not blamed for the focus leaving the window, or another element losing it', () => {
    page.document.activeElement = page.box;
    fire(page.window, 'blur', { target: page.window });
    page.document.activeElement = page.frame;
    fire(page.window, 'blur', { target: page.box });
    page.document.activeElement = null;
    fire(page.window, 'blur', { target: page.window });
    vi.runAllTimers();
    expect(page.box.focused).toBe(0);
  });
});

describe('a visitor who goes into the app', () => {
  it('is let in by Tab, for half a second', () => {
    press('Tab');
    pass(499);
    expect(moveIn()).toBe(false);
    press('Tab');
    click(page.box);
    pass(500);
    expect(moveIn()).toBe(true);
  });

  it('is let in with a pointer that came near', () => {
    point(100, 100);
    point(301, 100);
    expect(moveIn()).toBe(false);
  });

  it.each<[string, [number, number][]]>([
    ['has not moved', [[450, 100]]],
    [
      'has moved a little',
      [
        [450, 100],
        [474, 100],
      ],
    ],
    [
      'has stayed away from the app',
      [
        [0, 100],
        [300, 100],
      ],
    ],
    [
      'has stayed below the app',
      [
        [600, 900],
        [600, 800],
      ],
    ],
    ['has moved before a key was pressed', []],
  ])('is not seen in a pointer that %s', (_, points) => {
    point(100, 100);
    point(450, 100);
    press('a');
    for (const [x, y] of points) point(x, y);
    expect(moveIn()).toBe(true);
  });

  it('is let in at the second click: the first one was given back', () => {
    press('a');
    pass(10);
    expect(moveIn()).toBe(true);
    pass(401);
    expect(moveIn()).toBe(false);
  });

  it('is not seen in a second move at once, nor in one after a key', () => {
    expect(moveIn()).toBe(true);
    pass(400);
    expect(moveIn()).toBe(true);
    pass(1000);
    press('a');
    expect(moveIn()).toBe(true);
  });

  it('without a mouse is let in three seconds after the last key, or after the field was touched', () => {
    page.hovers = false;
    pass(3000);
    expect(moveIn()).toBe(true);
    click(page.box);
    pass(2000);
    press('a');
    pass(3001);
    expect(moveIn()).toBe(false);
  });
});

it('a guard that has ended does nothing', () => {
  stop();
  expect(moveIn()).toBe(false);
});

it('a field that has the focus from the beginning is guarded, too', () => {
  stop();
  page.document.activeElement = page.box;
  stop = guardFocus(page.container as unknown as HTMLElement, () => undefined);
  expect(moveIn()).toBe(true);
});
