// The only child of process 1: answers on the port that a container start waits for, exits on SIGTERM, and truncates the logs of servers.
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { createServer } from 'node:http';

const logs = '/run/redraw';
const mostBytes = 4 * 1024 * 1024;
const keptBytes = 256 * 1024;

mkdirSync(logs, { recursive: true, mode: 0o700 });

function shorten(path) {
  const { size } = statSync(path);
  if (size <= mostBytes) return;
  const file = openSync(path, 'r+');
  try {
    const kept = Buffer.alloc(keptBytes);
    const length = readSync(file, kept, 0, keptBytes, size - keptBytes);
    ftruncateSync(file, 0);
    writeSync(file, kept, 0, length, 0);
  } finally {
    closeSync(file);
  }
}

setInterval(() => {
  for (const name of readdirSync(logs)) if (name.endsWith('.log')) shorten(`${logs}/${name}`);
}, 500);

process.on('SIGTERM', () => process.exit(0));
createServer((_request, response) => response.end('ready')).listen(8099, '127.0.0.1');
