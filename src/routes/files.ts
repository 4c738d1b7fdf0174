import { Hono } from 'hono';
import { discardBody } from '../async/discard-body.ts';
import { limits } from '../protocol/limits.ts';
import { ProblemError } from '../protocol/problems.ts';
import { takeStart } from '../protocol/truncate-text.ts';
import type { AppContext, AppEnv } from './http/app-env.ts';
import { attachment } from './http/content-disposition.ts';
import { bodyUpTo, sessionOf, unwrap } from './http/request-input.ts';
import { sizedBody } from './http/sized-body.ts';
import { addressOf, callerOf } from './middleware/visitor.ts';

/** The decoded path after `/files/`. @throws ProblemError `invalid_request` */
function pathOf(c: AppContext): string {
  // Not from Hono's own path, which drops a trailing slash.
  const raw = new URL(c.req.url).pathname.replace(/^.*?\/files\//, '');
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new ProblemError('invalid_request', 'The path is not valid.', { reason: 'path' });
  }
}

/** The version given by `?version=`; undefined: the current files. @throws ProblemError `invalid_request` */
function versionOf(c: AppContext): number | undefined {
  const text = c.req.query('version');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new ProblemError('invalid_request', 'This is no version.', { reason: 'version', issues: [] });
  return Number(text);
}

/** File name of an export, derived from the project's title. */
function exportName(title: string): string {
  const name = title
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '');
  return `${takeStart(name, 60) || 'redraw'}.zip`;
}

/** The bytes by which an upload is counted: its announced length, or else the largest that there is. One that is too large is refused anyway. */
function countedBytes(c: AppContext): number {
  const bytes = Number(c.req.header('Content-Length') ?? limits.fileBytes);
  return bytes <= limits.fileBytes ? bytes : 0;
}

/** The files of a project: `/api/sessions/:id/files`, `/files/*path`, `/export.zip`. */
export const files = new Hono<AppEnv>()
  .get('/:id/files', async (c) => c.json(unwrap(await sessionOf(c).files(callerOf(c), versionOf(c)))))
  .get('/:id/files/*', async (c) => {
    const { body, bytes, hash } = unwrap(await sessionOf(c).file(callerOf(c), pathOf(c), versionOf(c)));
    // A project's file must never render as a page of Redraw's own origin, whatever it holds.
    return new Response(sizedBody(body, bytes), {
      headers: {
        'Content-Type': 'application/octet-stream',
        'Content-Disposition': attachment(pathOf(c).replace(/^.*\//, '')),
        'Content-Security-Policy':
          "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox",
        'Cache-Control': 'no-store',
        ETag: `"${hash}"`,
      },
    });
  })
  .put('/:id/files/*', async (c) => {
    const caller = callerOf(c);
    const body = bodyUpTo(c, limits.fileBytes);
    const upload = { address: addressOf(c), bytes: countedBytes(c) };
    try {
      return c.json(unwrap(await sessionOf(c).putFile(caller, pathOf(c), body, upload)));
    } catch (error) {
      await discardBody(body, 2 * limits.fileBytes);
      throw error;
    }
  })
  .get('/:id/export.zip', async (c) => {
    const { title, zip } = unwrap(await sessionOf(c).exportZip(callerOf(c)));
    return new Response(zip, {
      headers: {
        'Content-Type': 'application/zip',
        'Content-Disposition': attachment(exportName(title)),
        'Cache-Control': 'no-store',
      },
    });
  });
