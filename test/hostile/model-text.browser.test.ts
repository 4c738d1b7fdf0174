import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { AttackHarness, type Project } from './attack-harness.ts';

let harness: AttackHarness;

beforeAll(async () => {
  harness = await AttackHarness.open();
});

afterAll(() => harness?.close());

/** Opens the builder, and records violations of its policy and its errors. */
async function open(path: string): Promise<{ page: Page; violations: () => Promise<string[]>; wrong: string[] }> {
  const page = await harness.context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text());
  });
  await page.addInitScript(() => {
    const own = window as unknown as { violations: string[] };
    own.violations = [];
    addEventListener('securitypolicyviolation', (event) =>
      own.violations.push(`${event.violatedDirective} ${event.sample}`),
    );
  });
  await page.goto(harness.redraw.url + path);
  return {
    page,
    wrong,
    violations: () => page.evaluate(() => (window as unknown as { violations: string[] }).violations),
  };
}

/** HTML that makes requests or runs scripts wherever it is inserted as HTML. */
const hostile = (canary: string) =>
  [
    `<img src="${canary}/html-img" onerror="window.hacked=1">`,
    '<script>window.hacked=1</script>',
    `<svg onload="window.hacked=1"><image href="${canary}/svg" /></svg>`,
    `<iframe srcdoc="<script>parent.hacked=1</script>" src="${canary}/frame"></iframe>`,
    `<style>@import url(${canary}/style);body{display:none}</style>`,
    `<form action="${canary}/form"><button>Sign in</button></form>`,
    `<a href="javascript:window.hacked=1">click</a>`,
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hacked=1&gt;">',
    '"><img src=x onerror=window.hacked=1>',
  ].join('\n\n');

test('what a model says is text, whatever it says, and calls nobody', async () => {
  const { canary, simulator } = harness;
  const text = `${hostile(canary.url)}

![picture](${canary.url}/md-img) [script](javascript:window.hacked=1) [data](data:text/html,<script>window.hacked=1</script>)
[vbs](vbscript:x) [tab](java\tscript:window.hacked=1) [entity](&#106;avascript:window.hacked=1) <javascript:window.hacked=1>
[ref]: javascript:window.hacked=1
[fine](${canary.url}/link "a<b>c")

\`\`\`html
<img src=x onerror=window.hacked=1>
\`\`\`

| a | b |
|---|---|
| <img src=x onerror=window.hacked=1> | [x][ref] |

The end of it.`;
  const prompt = `Say it. ${hostile(canary.url)}`;
  const file = hostile(canary.url)
    .replace(/[<>:"|?*\n]/g, '_')
    .slice(0, 60);
  const edit = (path: string, body: string) => ({
    type: 'tool_use' as const,
    name: 'str_replace_based_edit_tool',
    input: { command: 'create', path, file_text: body },
  });
  const thinking = { type: 'thinking' as const, thinking: hostile(canary.url) };
  simulator.script([
    {
      content: [
        thinking,
        text,
        edit(`/app/src/${file}.tsx`, hostile(canary.url)),
        edit('/app/<img src=x onerror=hacked=1>.js', '1'),
      ],
    },
    { content: [text] },
  ]);
  const before = canary.visits.length;
  const { page, violations, wrong } = await open('/');
  await page.locator('.promise').waitFor();
  await page.locator('textarea').fill(prompt);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/s\/[a-z2-7]{26}$/);
  await page.getByText('The end of it.').last().waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
  for (const name of ['Versions', 'Code']) await page.getByRole('button', { name, exact: true }).click();

  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  const links = await page.evaluate(() =>
    [...document.querySelectorAll('.prose a')].map((link) => ({
      protocol: (link as HTMLAnchorElement).protocol,
      rel: (link as HTMLAnchorElement).rel,
      target: (link as HTMLAnchorElement).target,
      bare: !link.hasAttribute('href'),
    })),
  );
  for (const link of links) {
    if (link.bare) continue;
    expect(link).toMatchObject({ protocol: 'http:', target: '_blank', rel: expect.stringContaining('noopener') });
  }
  const strange = await page.evaluate(
    () =>
      document.querySelectorAll(
        '.prose :is(img, script, svg, iframe, style, form, input, object, [onerror], [style], [id])',
      ).length,
  );
  expect(strange).toBe(0);
  expect(canary.visits.slice(before)).toEqual([]);
  expect(await violations()).toEqual([]);
  expect(wrong).toEqual([]);

  // Shown again from the event log, and in the list of projects.
  await page.reload();
  await page.getByText('The end of it.').last().waitFor();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  await page.goto(harness.redraw.url);
  await page.locator('textarea').waitFor();
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(canary.visits.slice(before)).toEqual([]);
  expect(await violations()).toEqual([]);
  await page.close();
});

test('a title, file names and errors of Claude are text', async () => {
  const { canary, simulator, visitor } = harness;
  const project = await visitor.json<Project>('POST', '/api/sessions', {});
  await visitor.json('PATCH', `/api/sessions/${project.session}`, { title: hostile(canary.url).slice(0, 100) });
  const message = `Broken: ${hostile(canary.url)}`;
  simulator.script([{ error: { type: 'invalid_request_error', message } }], { text: 'Break it.' });
  await visitor.build('Break it.', project.session);
  const { page, violations, wrong } = await open(`/s/${project.session}`);
  await page.getByText('Break it.').first().waitFor();
  await expect.poll(() => page.title()).toContain('<img');
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  expect(await page.evaluate(() => document.querySelectorAll('img, iframe, script:not([src])').length)).toBe(0);
  expect(await violations()).toEqual([]);
  expect(wrong).toEqual([]);
  await page.close();
});

test('the policy of Redraw’s pages stops what would slip through', async () => {
  const { page, violations } = await open('/');
  const stopped = await page.evaluate(async (canary) => {
    const attempt = (work: () => unknown) => {
      try {
        work();
        return 'done';
      } catch (error) {
        return (error as Error).name;
      }
    };
    // Until its first pause, code evaluated by a debugger may use `eval` itself.
    await new Promise((resolve) => setTimeout(resolve));
    const place = document.createElement('div');
    document.body.append(place);
    const names = {
      html: attempt(() => {
        place.innerHTML = '<img src=x onerror="window.hacked=1">';
      }),
      write: attempt(() => document.write('<script>window.hacked=1</script>')),
      script: attempt(() => {
        const script = document.createElement('script');
        script.textContent = 'window.hacked=1';
        document.body.append(script);
      }),
      source: attempt(() => {
        document.createElement('script').src = `${canary}/script.js`;
      }),
      code: attempt(() => new Function('window.hacked=1')()),
      policy: attempt(() =>
        (
          window as unknown as { trustedTypes: { createPolicy(name: string, rules: object): unknown } }
        ).trustedTypes.createPolicy('evil', {}),
      ),
      handler: attempt(() => place.setAttribute('onclick', 'window.hacked=1')),
    };
    const image = new Image();
    const shown = await new Promise((resolve) => {
      image.onload = () => resolve(true);
      image.onerror = () => resolve(false);
      image.src = `${canary}/image`;
    });
    const sent = await fetch(`${canary}/sent`).then(
      () => true,
      () => false,
    );
    const frame = document.createElement('iframe');
    frame.src = `${canary}/frame`;
    document.body.append(frame);
    await new Promise((resolve) => {
      frame.onload = resolve;
    });
    place.click();
    return { ...names, shown, sent, hacked: 'hacked' in window };
  }, harness.canary.url);
  expect(stopped).toMatchObject({
    html: 'TypeError',
    write: 'TypeError',
    source: 'TypeError',
    policy: 'TypeError',
    shown: false,
    sent: false,
    hacked: false,
  });
  expect(stopped.code).toMatch(/EvalError|TypeError/);
  expect(harness.canary.visits.filter(({ path }) => /script\.js|image|sent|frame/.test(path))).toEqual([]);
  expect((await violations()).length).toBeGreaterThan(5);
  await page.close();
});

test('the headers of Redraw’s pages are strict', async () => {
  for (const path of ['/', '/account', `/s/${'a'.repeat(26)}`, '/nothing']) {
    const { headers } = await fetch(harness.redraw.url + path);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:\/\/(?!\*\.localhost)|\*(?!\.localhost)|strict-dynamic|nonce/);
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBeTruthy();
    expect(headers.get('access-control-allow-origin')).toBeNull();
    if (path !== '/nothing') expect(policy).toContain("require-trusted-types-for 'script'");
  }
  const cookie = (await fetch(`${harness.redraw.url}/api/account`)).headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^__Host-redraw=/);
  for (const flag of ['Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(flag);
  expect(cookie).not.toContain('Domain');
});
