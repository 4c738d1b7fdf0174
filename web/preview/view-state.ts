import { batch, computed, type ReadonlySignal, signal } from '@preact/signals';
import type { SourceSpot } from '../../src/protocol/requests.ts';

export type ViewPane = 'app' | 'code';
/** `free` fills the available space. */
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

/** Two versions to compare; null stands for the current files. */
export interface Comparison {
  from: number;
  to: number | null;
}

/** What the visitor sees of the app: the preview or the code, in which size, of which version. */
export class ViewState {
  readonly pane = signal<ViewPane>('app');
  /** Whether the strip of versions is open. */
  readonly strip = signal(false);
  /** The older version that is shown; null for the current one. */
  readonly looking = signal<number | null>(null);
  readonly device = signal<DeviceName>('free');
  readonly isTurned = signal(false);
  /** Whether the preview is scaled down to the available space; otherwise it scrolls in true size. */
  readonly fits = signal(true);
  /** The versions that the code view compares; null while it shows files. */
  readonly comparison = signal<Comparison | null>(null);
  /** The requested place in the source. A new object for each request, so that the same place can be requested again. */
  readonly spot = signal<SourceSpot | null>(null);
  /** The size of the app's window; null if it fills the available space. */
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

  /** Goes one step back towards the current version in the preview. @returns false if there is none */
  leave(): boolean {
    if (this.pane.value === 'code') this.openApp();
    else if (this.looking.value !== null) this.looking.value = null;
    else if (this.strip.value) this.strip.value = false;
    else return false;
    return true;
  }
}

/** The scale at which a window fits into a space; at most 1. */
export function fitting(size: Size, space: Size): number {
  if (space.width <= 0 || space.height <= 0) return 1;
  return Math.min(1, space.width / size.width, space.height / size.height);
}

/** Address of one version of an app: the host label `<label>-v<n>` in place of the preview's `<label>`. */
export function versionUrl(previewUrl: string, version: number): string {
  return previewUrl.replace(/^(https?:\/\/[^./]+)/, `$1-v${version}`);
}

/** Reads a typed address as a path of the app; null if it is not an address of the app. */
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

/** Whether another device can reach an address: loopback addresses name this machine only. */
export function isReachable(address: string): boolean {
  const { hostname } = new URL(address);
  return !/(?:^|\.)localhost$|^127\.|^\[?::1\]?$|^0\.0\.0\.0$/.test(hostname);
}
