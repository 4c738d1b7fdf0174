import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { unstable_readConfig } from 'wrangler';
import { sandboxBinding } from '../../scripts/containers/sandbox-worker.ts';

const root = join(import.meta.dirname, '../..');

/** Wrangler's configuration from a file with this text in the root folder. */
function configOf(toml: string) {
  const path = `${root}/.wrangler-test-${process.pid}.toml`;
  writeFileSync(path, toml);
  try {
    return unstable_readConfig({ config: path }, { hideWarnings: false });
  } finally {
    rmSync(path);
  }
}

const toml = readFileSync(`${root}/wrangler.toml`, 'utf8');

it('the main Worker is deployed without containers, until its switch is turned', () => {
  const plain = configOf(toml);
  expect(plain.durable_objects.bindings.map(({ name }: { name: string }) => name)).not.toContain('SANDBOX');
  expect(plain.containers ?? []).toEqual([]);

  const switched = configOf(toml.replace(/^# (?=\[\[durable|(?:name|class_name|script_name) = )/gm, ''));
  const { className, scriptName } = sandboxBinding.SANDBOX;
  expect(switched.durable_objects.bindings.find(({ name }: { name: string }) => name === 'SANDBOX')).toEqual({
    name: 'SANDBOX',
    class_name: className,
    script_name: scriptName,
  });
  expect(switched.containers ?? []).toEqual([]);
});

it('the Worker of the containers is what the switch binds', () => {
  const config = unstable_readConfig({ config: `${root}/container/wrangler.toml` });
  expect(config.name).toBe(sandboxBinding.SANDBOX.scriptName);
  expect(config.containers?.map(({ class_name }: { class_name: string }) => class_name)).toEqual([
    sandboxBinding.SANDBOX.className,
  ]);
  expect(config.workers_dev).toBe(false);
});

it.each(['wrangler.toml', 'container/wrangler.toml'])(
  'Cloudflare logs no request of %s: its address and headers hold preview labels, sign-in codes and network addresses',
  (path) => {
    const { observability } = unstable_readConfig({ config: `${root}/${path}` });
    expect(observability).toMatchObject({ enabled: true, redact_query_string: true, logs: { invocation_logs: false } });
    expect(observability?.traces?.enabled ?? false).toBe(false);
  },
);
