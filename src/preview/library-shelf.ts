import generated from './shelf.generated.json' with { type: 'json' };

/** The libraries that an app may import, served under `/_redraw/shelf/`. Built by `scripts/build-shelf.ts`. */
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
  /** URL paths of the entry's imports, transitive ones included. */
  chunks: readonly string[];
}

export const shelf: ShelfManifest = generated;
