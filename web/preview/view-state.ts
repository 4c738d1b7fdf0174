import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SourceSpot } from '../../src/protocol/requests.ts';

export type ViewPane = 'app' | 'code';
/** `free` is as large as the room. */
export type DeviceName = 'free' | 'phone' | 'tablet' | 'desktop';

/** CSS pixels. */
export interface Size {
  width: number;
  height: number;
}

export const devices: Readonly<Record<Exclude<DeviceName, 'free'>, Size>> = {
  phone: { width: 390, height: 844 },
  tablet: { width: 820, height: 1180 },
  desktop: { width: 1280, height: 800 },
};

/** Two versions to be compared; null stands for the files as they are. */
export interface Comparison {
  from: number;
  to: number | null;
}

/** What lies on the desk: which side of the app is looked at, in which size, in which version. */
export class ViewState {
  readonly pane = signal<ViewPane>('app');
  /** Whether the strip of versions is open. */
  readonly strip = signal(false);
  /** The older version that is looked at, or null for the app as it is. */
  readonly looking = signal<number | null>(null);
  readonly device = signal<DeviceName>('free');
  readonly isTurned = signal(false);
  /** False: in true size, to be scrolled. */
  readonly fits = signal(true);
  /** What the code view shows the difference of; null where it shows files. */
  readonly comparison = signal<Comparison | null>(null);
  /** A place in the source that was asked for. A new object each time, so that the same place can be asked for again. */
  readonly spot = signal<SourceSpot | null>(null);
  /** The size of the app's window, or null where it is that of the room. */
  readonly size: ReadonlySignal<Size | null> = computed(() => {
    const name = this.device.value;
    if (name === 'free') return null;
    const { width, height } = devices[name];
    return this.isTurned.value ? { width: height, height: width } : { width, height };
  });

  lookAt(version: number | null): void {
    batch(() => {
      this.looking.value = version;
      this.openApp();
    });
  }

  openApp(): void {
    batch(() => {
      this.comparison.value = null;
      this.pane.value = 'app';
    });
  }

  openCode(spot: SourceSpot | null = null): void {
    batch(() => {
      this.comparison.value = null;
      if (spot) this.spot.value = { ...spot };
      this.pane.value = 'code';
    });
  }

  compare(from: number, to: number | null): void {
    batch(() => {
      this.comparison.value = to !== null && from > to ? { from: to, to: from } : { from, to };
      this.pane.value = 'code';
    });
  }

  /** One step back towards the app as it is. @returns whether there was one */
  leave(): boolean {
    if (this.pane.value === 'code') this.openApp();
    else if (this.looking.value !== null) this.looking.value = null;
    else if (this.strip.value) this.strip.value = false;
    else return false;
    return true;
  }
}

/** How much smaller a window has to be shown to fit into a room. Never larger than it is. */
export function fitting(size: Size, room: Size): number {
  if (room.width <= 0 || room.height <= 0) return 1;
  return Math.min(1, room.width / size.width, room.height / size.height);
}

/** Address of one version of an app: `<label>-v<n>` beside the preview's `<label>`. */
export function versionUrl(previewUrl: string, version: number): string {
  return previewUrl.replace(/^(https?:\/\/[^./]+)/, `$1-v${version}`);
}

/** What a visitor types as the app's address, as a path of the app; null where it is an address of something else. */
export function appPath(typed: string, previewUrl: string): string | null {
  const text = typed.trim();
  if (text === '') return '/';
  const { origin } = new URL(previewUrl);
  try {
    const base = /^[a-z][a-z+.-]*:/i.test(text) || text.startsWith('/') ? text : `/${text}`;
    const url = new URL(base, origin);
    return url.origin === origin ? url.pathname + url.search + url.hash : null;
  } catch {
    return null;
  }
}

/** Whether another device can reach an address: what stands for this machine alone cannot be. */
export function isReachable(address: string): boolean {
  const { hostname } = new URL(address);
  return !/(?:^|\.)localhost$|^127\.|^\[?::1\]?$|^0\.0\.0\.0$/.test(hostname);
}
