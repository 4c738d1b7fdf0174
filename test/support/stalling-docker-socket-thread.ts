import { connect, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const { path, engine: enginePath, shared } = workerData as { path: string; engine: string; shared: Int32Array };

// Docker's client signals the end of stdin by closing one direction.
const allowHalfOpen = true;

createServer({ allowHalfOpen }, (client) => {
  const engine = connect({ path: enginePath, allowHalfOpen });
  client.on('error', () => engine.destroy());
  engine.on('error', () => client.destroy());
  client.on('close', () => engine.destroy());
  engine.pipe(client);
  client.on('end', () => engine.end());
  client.on('data', (data) => {
    const isStart = /^POST \S*\/exec\/\w+\/start /.test(data.toString('latin1'));
    if (isStart && Atomics.load(shared, 0) === 1) Atomics.add(shared, 1, 1);
    else engine.write(data);
  });
}).listen(path, () => parentPort?.postMessage('ready'));
