/** Stryker's options; `scripts/mutate.ts` adds what is mutated. */
export default {
  testRunner: 'vitest',
  plugins: ['@stryker-mutator/vitest-runner'],
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Most strings are messages, or names that the types hold: the compiler refuses '' in place of a member of a union.
  mutator: { excludedMutations: ['StringLiteral'] },
  // A mutant of what runs while a module loads needs every test, in a new process.
  ignoreStatic: true,
  // Endless loops end at a limit on how often a line runs; this limit of time is for the rest, and a busy machine must not be taken for a kill.
  timeoutMS: 30_000,
  // No tsconfig reaches outside of the copy, and to rewrite one takes the compiler's old API, which TypeScript 7 lacks.
  tsconfigFile: 'none.json',
  disableTypeChecks: false,
  tempDirName: '.local/mutation',
  cleanTempDir: 'always',
  ignorePatterns: ['dist', '.local', '.wrangler', 'bench', 'container'],
  reporters: ['progress-append-only', 'json'],
  logLevel: 'warn',
  allowConsoleColors: false,
};
