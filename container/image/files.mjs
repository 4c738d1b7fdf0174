// Compares /app with the project's files. Reads {path: sha256} from stdin, answers with one JSON document:
//
//   written   [{path, bytes}] new files, and known ones with another content
//   deleted   [path] known files that are gone
//   refused   [{path, why}] entries that cannot be files of a project, the first 50
//   more      whether some changes were not examined
//   modules   whether there are installed packages
//
// New files are those that neither the project's .gitignore nor the default list (`ignored`) excludes.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readlinkSync } from 'node:fs';
import { text } from 'node:stream/consumers';

const root = '/app/';
const mostNew = 5_000;
const mostRefused = 50;
const mostChars = 1_000;
const deadlineMs = 20_000;
/** Larger files are reported as refused, and not read. */
const mostBytes = 20 * 1024 * 1024;

const known = JSON.parse(await text(process.stdin));
const modules = lstatSync(`${root}node_modules`, { throwIfNoEntry: false })?.isDirectory() ?? false;
const answer = { written: [], deleted: [], refused: [], more: false, modules };
const begun = Date.now();

function refuse(path, why) {
  if (answer.refused.length < mostRefused) answer.refused.push({ path, why });
  else answer.more = true;
}

async function hashOf(path) {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(root + path)) hash.update(chunk);
  return hash.digest('hex');
}

/** Whether a folder of a path is a symbolic link: the path then leads elsewhere. */
function isBelowLink(path) {
  const parts = path.split('/');
  for (let count = 1; count < parts.length; count++) {
    if (lstatSync(root + parts.slice(0, count).join('/'), { throwIfNoEntry: false })?.isSymbolicLink()) return true;
  }
  return false;
}

async function look(path, hash) {
  if (path.length > mostChars) return refuse(`${path.slice(0, 100)}…`, 'a path that is too long');
  let stat;
  try {
    stat = lstatSync(root + path, { throwIfNoEntry: false });
  } catch {
    stat = undefined;
  }
  const isGone = stat === undefined || stat.isDirectory() || isBelowLink(path);
  if (isGone) {
    if (hash !== null) answer.deleted.push(path);
    else if (stat?.isDirectory()) refuse(path, 'a repository of its own');
    return;
  }
  if (stat.isSymbolicLink()) return refuse(path, `a symbolic link to ${readlinkSync(root + path).slice(0, 200)}`);
  if (!stat.isFile()) return refuse(path, 'not a file');
  if (stat.size > mostBytes) return refuse(path, `${Math.ceil(stat.size / 1024 / 1024)} MB`);
  try {
    if (hash === null || (await hashOf(path)) !== hash) answer.written.push({ path, bytes: stat.size });
  } catch {
    refuse(path, 'cannot be read');
  }
}

for (const [path, hash] of Object.entries(known)) await look(path, hash);

const git = spawn(
  'git',
  [
    '--git-dir=/opt/redraw/empty.git',
    '--work-tree=/app',
    '-c',
    'core.quotePath=false',
    '-c',
    'core.fsmonitor=false',
    'ls-files',
    '--others',
    '--exclude-per-directory=.gitignore',
    '--exclude-from=/opt/redraw/ignored',
    '-z',
  ],
  { cwd: '/app', stdio: ['ignore', 'pipe', 'ignore'] },
);
const timer = setTimeout(() => git.kill('SIGKILL'), deadlineMs - (Date.now() - begun));
let rest = '';
let seen = 0;
for await (const chunk of git.stdout.setEncoding('utf8')) {
  const names = (rest + chunk).split('\0');
  rest = names.pop();
  for (const name of names) {
    if (Object.hasOwn(known, name)) continue;
    if (++seen > mostNew) {
      answer.more = true;
      git.kill('SIGKILL');
      break;
    }
    await look(name.replace(/\/$/, ''), null);
  }
  if (seen > mostNew) break;
}
clearTimeout(timer);
if (Date.now() - begun >= deadlineMs) answer.more = true;
process.stdout.write(JSON.stringify(answer));
