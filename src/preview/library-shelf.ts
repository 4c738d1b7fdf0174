import generated from './shelf.generated.json' with { type: 'json' };

/** What `scripts/build-shelf.ts` built: the libraries that an app may import, served under `/_redraw/shelf/`. */
export interface ShelfManifest {
  /** URL path of the bridge script. */
  bridge: string;
  /** Package name to version. */
  packages: Readonly<Record<string, string>>;
  /** Import specifier to its module. */
  modules: Readonly<Record<string, ShelfModule>>;
}

export interface ShelfModule {
  /** URL path of the entry. */
  url: string;
  /** URL paths of what the entry imports, all the way down. */
  chunks: readonly string[];
}

export const shelf: ShelfManifest = generated;
