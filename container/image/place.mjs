// Unpacks a tar archive from stdin into /app, and prints the number of files. Each file is replaced atomically, by a rename: a file
// watcher never sees an incomplete or a missing file.
import { spawn } from 'node:child_process';
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';

const root = '/app';
// On the same file system as /app, but outside of what is watched.
const staging = mkdtempSync('/home/app/.incoming-');

/** Moves files into place. Removes an entry of the same name but another type first; a symbolic link would lead elsewhere. */
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
