import { describe, expect, it } from 'vitest';
import { appTitle } from '../../../src/session/turn/app-title.ts';
import { createFile, only, replaceText, toolTurn, uniquePrompt, useRunning } from '../../support/running-redraw.ts';

const page = (title: string) => `<!doctype html><html><head>${title}</head><body><p>Hello</p></body></html>`;

describe('the title of a page', () => {
  it.each([
    ['<title>Tea timer</title>', 'Tea timer'],
    ['<TITLE lang="en">\n  Tea &amp; cake &#8211; &#x1F375;\n</TITLE>', 'Tea & cake – 🍵'],
    ['<!-- <title>No</title> --><script>"<title>No</title>"</script><title>Yes</title>', 'Yes'],
    [`<title>${'x'.repeat(200)}</title>`, `${'x'.repeat(119)}…`],
    ['<title>Tea', 'Tea</head><body><p>Hello</p></body></html>'],
  ])('is read from %s', (head, title) => {
    expect(appTitle(page(head))).toBe(title);
  });

  it.each([
    '',
    '<title></title>',
    '<title> &#0; </title>',
    '<title>Vite + React + TS</title>',
    '<title>Vite App</title>',
    '<title>Document</title>',
    '<title>My App</title>',
    '<title>index.html</title>',
    '<svg><title>Icon</title></svg>',
  ])('says nothing in %s', (head) => {
    expect(appTitle(page(head))).toBeNull();
  });

  it('is not looked for in the body', () => {
    expect(appTitle('<body><svg><title>Icon</title></svg></body>')).toBeNull();
  });
});

describe('the title of a project', () => {
  const running = useRunning();
  const titlesOf = async (visitor: ReturnType<typeof running.visitor>, session: string) => {
    const listed = await visitor.json<{ session: string; title: string }[]>('GET', '/api/sessions');
    const { title } = await visitor.json<{ title: string }>('GET', `/api/sessions/${session}`);
    return [title, listed.find((one) => one.session === session)?.title];
  };

  it('is that of the app, until the visitor gives another', async () => {
    const visitor = running.visitor();
    const first = uniquePrompt();
    running.simulator.script(toolTurn(createFile('index.html', page('<title>Tea timer</title>'))), { text: first });
    const { session, events } = await visitor.build(first);
    expect(only(events, 'title')).toEqual({ title: 'Tea timer' });
    expect(events.at(-1)?.type).toBe('turn_finished');
    await expect.poll(() => titlesOf(visitor, session)).toEqual(['Tea timer', 'Tea timer']);

    const second = uniquePrompt();
    running.simulator.script(toolTurn(replaceText('index.html', '<p>Hello', '<p>Tea')), { text: second });
    expect((await visitor.build(second, session)).events.some(({ type }) => type === 'title')).toBe(false);

    await visitor.json('PATCH', `/api/sessions/${session}`, { title: 'My tea' });
    expect(await titlesOf(visitor, session)).toEqual(['My tea', 'My tea']);

    const third = uniquePrompt();
    running.simulator.script(toolTurn(replaceText('index.html', 'Tea timer', 'Coffee timer')), { text: third });
    const renamed = await visitor.build(third, session);
    expect(renamed.events.some(({ type }) => type === 'title')).toBe(false);
    expect(await titlesOf(visitor, session)).toEqual(['My tea', 'My tea']);
  });

  it('is told to all who look when the visitor changes it', async () => {
    const visitor = running.visitor();
    const prompt = uniquePrompt();
    const { session, events } = await visitor.build(prompt);
    await visitor.json('PATCH', `/api/sessions/${session}`, { title: 'Named by hand' });
    const response = await visitor.call('GET', `/api/sessions/${session}/events?after=${events.at(-1)?.seq}`);
    expect(await response.text()).toContain('event: title\ndata: {"title":"Named by hand"}');
  });
});
