import { runRedraw } from './run-redraw.ts';

await runRedraw(async () => {
  const { buildAll } = await import('./build.ts');
  return {
    build: async () => {
      await buildAll();
      return {};
    },
  };
});
