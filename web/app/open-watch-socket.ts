import type { ConnectWatch } from '../project/reconnecting-watch.ts';

/** A session's `/watch` as a WebSocket to the page's own origin. `preview=1`: this page shows the preview. */
export function openWatchSocket(session: string): ConnectWatch {
  const url = new URL(`/api/sessions/${session}/watch?preview=1`, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return (on) => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data }) => on.message(data);
    socket.onclose = () => on.closed();
    return socket;
  };
}
