import { Agent, request as httpsRequest } from 'node:https';

export interface HttpAttack {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
}

export interface HttpAnswer {
  /** Nothing when the connection was closed instead. */
  readonly status: number | undefined;
  readonly body: string;
}

const answerMaxMs = 30_000;
/** Of a reply; events go on for ever. */
const bodyMaxBytes = 16 * 1024;

/** Sends requests over TLS to a coordinator's HTTP API. */
export class HttpAttacker implements Disposable {
  readonly #port: number;
  readonly #agent: Agent;

  constructor(port: number, authority: string) {
    this.#port = port;
    this.#agent = new Agent({ ca: authority, keepAlive: true, maxSockets: 24 });
  }

  /** @throws Error when there is no answer for 30 seconds */
  attack({ method, path, headers, body }: HttpAttack): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    let answer: HttpAnswer = { status: undefined, body: '' };
    let request: ReturnType<typeof httpsRequest>;
    try {
      request = httpsRequest({ host: '127.0.0.1', port: this.#port, method, path, headers, agent: this.#agent });
    } catch {
      return Promise.resolve(answer); // Node itself refuses to send it
    }
    const timer = setTimeout(() => {
      reject(new Error(`No answer for ${answerMaxMs / 1000} seconds.`));
      request.destroy();
    }, answerMaxMs);
    const settle = () => {
      clearTimeout(timer);
      resolve(answer);
    };
    request.on('error', settle);
    request.on('close', settle);
    request.on('response', (response) => {
      answer = { status: response.statusCode, body: '' };
      const isEvents = response.headers['content-type']?.startsWith('text/event-stream') ?? false;
      response.on('data', (chunk: Buffer) => {
        answer = { ...answer, body: (answer.body + chunk.toString('latin1')).slice(0, bodyMaxBytes) };
        if (isEvents) request.destroy();
      });
      response.on('error', settle);
    });
    request.end(body);
    return promise;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}
