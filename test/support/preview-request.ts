import { request } from 'node:http';

/** What a preview host answers. Its name is not asked for: Node does not know that `*.localhost` is this machine. */
export function previewAnswer(url: string, path: string): Promise<{ status: number; body: string }> {
  const { host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { Host: host } }, (response) => {
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
