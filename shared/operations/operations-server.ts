import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Express, type Response } from 'express';
import type { Registry } from 'prom-client';
import { addressUnavailable } from '../errors/address-unavailable.ts';

/** Whether a program is well, and if not, why; the reasons are for the operator and hold no secrets. */
export interface Condition {
  readonly ok: boolean;
  readonly reasons: readonly string[];
}

export interface OperationsServerOptions {
  /** Loopback unless the operator says otherwise: the pages have no log-in. */
  readonly host?: string;
  /** 0 takes a free port. */
  readonly port: number;
  readonly registry: Registry;
  /** Can it do its work now? Not while it starts, stops or lacks something that it needs. */
  readonly ready: () => Condition | Promise<Condition>;
  /** Should it be left running? A process that answers is healthy unless this says otherwise. */
  readonly healthy?: () => Condition | Promise<Condition>;
}

export interface OperationsServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

const well: Condition = { ok: true, reasons: [] };

/**
 * Serves `/metrics` for Prometheus, and `/healthz` and `/readyz`: 200 or 503, with the condition as JSON.
 * @throws ConsiliumError `address-unavailable` when the address cannot be listened on
 */
export async function startOperationsServer(options: OperationsServerOptions): Promise<OperationsServer> {
  const host = options.host ?? '127.0.0.1';
  const server = createServer(operationsPages(options));
  server.listen(options.port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw addressUnavailable('The pages for metrics and health', { host, port: options.port }, cause);
  }
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function operationsPages({ registry, ready, healthy = () => well }: OperationsServerOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', async (_request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/healthz', async (_request, response) => sendCondition(response, await conditionOf(healthy)));
  app.get('/readyz', async (_request, response) => sendCondition(response, await conditionOf(ready)));
  return app;
}

async function conditionOf(check: () => Condition | Promise<Condition>): Promise<Condition> {
  try {
    return await check();
  } catch {
    return { ok: false, reasons: ['the check itself failed; look at the log'] };
  }
}

function sendCondition(response: Response, { ok, reasons }: Condition): void {
  response.status(ok ? 200 : 503).set('cache-control', 'no-store').json({ ok, reasons });
}
