// Puts a tar archive of files, from stdin, into /app, and says how many. Each file arrives whole by a rename: what watches it never sees half of one, nor none.
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';

const root = '/app';
// Beside /app, on the same file system, where nobody watches.
const staging = mkdtempSync('/home/app/.incoming-');

/** What stands in the way of a folder or a file goes: also a symbolic link, which would lead elsewhere. */
function place(from, to) {
  let count = 0;
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = `${from}/${entry.name}`;
    const target = `${to}/${entry.name}`;
    const there = lstatSync(target, { throwIfNoEntry: false });
    if (there && there.isDirectory() !== entry.isDirectory()) rmSync(target, { recursive: true, force: true });
    if (entry.isDirectory()) {
      if (!there?.isDirectory()) mkdirSync(target);
      count += place(source, target);
    } else {
      renameSync(source, target);
      count += 1;
    }
  }
  return count;
}

const tar = spawn('tar', ['-C', staging, '-xmf', '-', '--no-same-owner'], { stdio: ['inherit', 'ignore', 'inherit'] });
tar.on('exit', (code) => {
  try {
    if (code === 0) process.stdout.write(String(place(staging, root)));
  } finally {
    rmSync(staging, { recursive: true, force: true });
    process.exitCode = code === 0 ? 0 : 1;
  }
});
