export { ContainerProxy } from '@cloudflare/sandbox';
export { ProjectSandbox } from './project-sandbox.ts';

/** Nobody reaches this Worker but by its binding. */
export default {
  fetch: () => new Response('There is nothing at this address.\n', { status: 404 }),
} satisfies ExportedHandler;
