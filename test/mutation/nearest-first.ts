import { basename, dirname } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Order of the test files for one mutant: the test named after the mutated file, then its room's tests, then others. The first failure ends the
 * run, so that most mutants need one file.
 */
export class NearestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // Stryker names the mutated file here.
    const mutated = this.ctx.config.related?.[0] ?? '';
    const name = basename(mutated, '.ts');
    const room = dirname(mutated)
      .split('/')
      .slice(-2)
      .join('/')
      .replace(/^src\//, '');
    const distance = ({ moduleId }: TestSpecification) => {
      if (moduleId.endsWith(`/test/${room}/${name}.test.ts`)) return 0;
      return moduleId.includes(`/test/${room}/`) ? 1 : 2;
    };
    return files.toSorted((one, other) => distance(one) - distance(other));
  }
}
