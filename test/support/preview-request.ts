import { request } from 'node:http';

/** Requests a path of a preview host. Connects to 127.0.0.1: Node does not resolve `*.localhost`. */
export function previewAnswer(url: string, path: string): Promise<{ status: number; body: string }> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { Host: host }, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    })
      .on('error', reject)
      .end();
  });
}
