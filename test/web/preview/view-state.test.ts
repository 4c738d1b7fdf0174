import { describe, expect, it } from 'vitest';
import { appPath, fitting, isReachable, ViewState, versionUrl } from '../../../web/preview/view-state.ts';

describe('the view state', () => {
  it('knows the sizes of devices, upright and sideways', () => {
    const state = new ViewState();
    expect(state.size.value).toBeNull();
    state.device.value = 'phone';
    expect(state.size.value).toEqual({ width: 390, height: 844 });
    state.isTurned.value = true;
    expect(state.size.value).toEqual({ width: 844, height: 390 });
    state.device.value = 'free';
    expect(state.size.value).toBeNull();
  });

  it('compares from the older to the newer', () => {
    const state = new ViewState();
    state.compare(5, 2);
    expect(state.comparison.value).toEqual({ from: 2, to: 5 });
    state.compare(5, null);
    expect(state.comparison.value).toEqual({ from: 5, to: null });
    expect(state.pane.value).toBe('code');
  });

  it('leaves one thing at a time', () => {
    const state = new ViewState();
    state.strip.value = true;
    state.lookAt(3);
    state.compare(3, null);
    const steps = [];
    while (state.leave()) {
      steps.push([state.pane.value, state.comparison.value, state.looking.value, state.strip.value]);
    }
    expect(steps).toEqual([
      ['app', null, 3, true],
      ['app', null, null, true],
      ['app', null, null, false],
    ]);
  });

  it('asks for the same place again as for a new one', () => {
    const state = new ViewState();
    const spot = { file: 'src/App.tsx', line: 3 };
    state.openCode(spot);
    const first = state.spot.value;
    state.openCode(spot);
    expect(state.spot.value).toEqual(first);
    expect(state.spot.value).not.toBe(first);
  });
});

it.each([
  [{ width: 390, height: 844 }, { width: 1000, height: 1000 }, 1],
  [{ width: 390, height: 844 }, { width: 1000, height: 422 }, 0.5],
  [{ width: 1280, height: 800 }, { width: 320, height: 800 }, 0.25],
  [{ width: 1280, height: 800 }, { width: 0, height: 0 }, 1],
])('fits %o into %o', (size, room, scale) => {
  expect(fitting(size, room)).toBe(scale);
});

describe('addresses', () => {
  const preview = 'http://abc.localhost:8787/';

  it.each([
    ['', '/'],
    ['/a?b=c#d', '/a?b=c#d'],
    ['about', '/about'],
    [' /x ', '/x'],
    ['http://abc.localhost:8787/y', '/y'],
    ['http://elsewhere.example/', null],
    ['//elsewhere.example/', null],
    ['javascript:alert(1)', null],
    ['http://', null],
  ])('reads %j as the path %j', (typed, path) => {
    expect(appPath(typed, preview)).toBe(path);
  });

  it('names the host of a version', () => {
    expect(versionUrl(preview, 12)).toBe('http://abc-v12.localhost:8787/');
  });

  it.each([
    ['http://abc.localhost:8787/', false],
    ['http://127.0.0.1:1/', false],
    ['http://[::1]:1/', false],
    ['https://abc.redraw.example/', true],
    ['http://192.168.1.5:8787/', true],
    ['https://localhost.example/', true],
  ])('knows whether a phone reaches %s', (address, can) => {
    expect(isReachable(address)).toBe(can);
  });
});
