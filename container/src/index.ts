export { ContainerProxy } from '@cloudflare/sandbox';
export { ProjectSandbox } from './project-sandbox.ts';

/** The containers' Worker: reached by the main Worker's binding only. */
export default {
  fetch: () => new Response('There is nothing at this address.\n', { status: 404 }),
} satisfies ExportedHandler;
