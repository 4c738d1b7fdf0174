// The package has types for its entry alone. A default export is what a bundler makes of it: the class, or an object that holds it.

declare module 'sucrase/dist/index.js' {
  export { transform } from 'sucrase';

  const exported: { transform: typeof import('sucrase').transform } | undefined;
  export default exported;
}

declare module 'sucrase/dist/NameManager.js' {
  interface NameManager {
    usedNames: Set<string>;
    claimFreeName(name: string): string;
  }
  const exported: { prototype: NameManager } | { default: { prototype: NameManager } };
  export default exported;
}

declare module 'sucrase/dist/TokenProcessor.js' {
  interface TokenProcessor {
    snapshot(): object;
    restoreToSnapshot(snapshot: object): void;
    nextToken(): void;
  }
  const exported: { prototype: TokenProcessor } | { default: { prototype: TokenProcessor } };
  export default exported;
}

declare module 'sucrase/dist/transformers/RootTransformer.js' {
  interface RootTransformer {
    tokens: { nextToken(): void };
    processClass(): void;
    processToken(): void;
  }
  const exported: { prototype: RootTransformer } | { default: { prototype: RootTransformer } };
  export default exported;
}

declare module 'sucrase/dist/parser/tokenizer/state.js' {
  interface State {
    pos: number;
    restoreFromSnapshot(snapshot: { pos: number }): void;
  }
  const exported: { prototype: State } | { default: { prototype: State } };
  export default exported;
}
