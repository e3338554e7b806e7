import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A connection to a server that loses what the server answers, when told to. */
export interface LossyProxy extends AsyncDisposable {
  readonly url: string;
  /** From now on, nothing that the server sends arrives; what the clients send does. */
  loseAnswers(): void;
  /** Ends all connections. New ones lose nothing. */
  cut(): void;
}

/** Starts a proxy before a server on 127.0.0.1. */
export async function startLossyProxy(serverUrl: string): Promise<LossyProxy> {
  const { protocol, port } = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isLosing = false;
  const proxy = createServer((client) => {
    const upstream = connect(Number(port), '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.pipe(upstream);
    upstream.on('data', (bytes) => {
      if (!isLosing) client.write(bytes);
    });
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const cut = (): void => {
    isLosing = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `${protocol}//127.0.0.1:${(proxy.address() as { port: number }).port}`,
    loseAnswers() {
      isLosing = true;
    },
    cut,
    async [Symbol.asyncDispose]() {
      cut();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
