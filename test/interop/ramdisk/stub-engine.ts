import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * The engine's side of `assets/ramdisk/protocol.md` for tests: hands out a list of steps, takes everything down.
 * Faults are functions: what a test wants to go wrong is written in that test.
 */
export interface StubStep {
  readonly step: string;
  readonly id?: string;
  /** `{origin}` in a value stands for this server's scheme, host and port. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** Given out as it is, in the place of the encoded parameters. */
  readonly rawAnswer?: string;
  /** Done once, before the step is given out: what the test does itself between two steps. */
  readonly before?: (engine: StubEngine) => Promise<void>;
}

/** What came by PUT while a step ran. */
export interface StepFile {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly announcedSha256: string;
}

export interface StepResult {
  readonly ok: boolean;
  readonly code?: string;
  readonly message?: string;
  // biome-ignore lint/suspicious/noExplicitAny: evidence is open JSON; tests look at single members
  readonly evidence: Record<string, any>;
}

/** What is served at a path. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type Fault = (
  request: IncomingMessage,
  response: ServerResponse,
  count: number,
  body: string,
) => boolean;

export interface StubEngine {
  readonly url: string;
  readonly origin: string;
  readonly token: string;
  readonly session: string;
  readonly files: Map<string, Answer>;
  readonly hellos: { authorization: string; bootId: string; inventory: unknown }[];
  readonly results: Map<string, StepResult>;
  /** How often each result came. */
  readonly resultCounts: Map<string, number>;
  /** Step id → the file that was sent last. */
  readonly stepFiles: Map<string, StepFile>;
  readonly progress: { id: string; text: string }[];
  readonly requests: { method: string; url: string; authorization: string; status: number }[];
  onHello: () => void;
  close(): Promise<void>;
}

export interface StubOptions {
  readonly steps: readonly StubStep[];
  /** Path prefix → a fault that answers itself when it returns true. `count` starts at 1 for each prefix. */
  readonly faults?: Readonly<Record<string, Fault>>;
  /** The name by which the machine reaches this server; it listens on the loopback only. */
  readonly seenAs?: string;
}

export const dropConnection = (response: ServerResponse): void => {
  response.socket?.destroy();
};

export function serveBytes(bytes: Uint8Array): Answer {
  return (request, response) => {
    const range = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const from = Number(range?.[1] ?? 0);
    response.writeHead(range === null ? 200 : 206, {
      'Content-Length': bytes.length - from,
      'Content-Range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      ETag: '"made-up"',
    });
    response.end(request.method === 'HEAD' ? undefined : bytes.subarray(from));
  };
}

export async function startEngine(options: StubOptions): Promise<StubEngine> {
  const engine: StubEngine = {
    url: '',
    origin: '',
    token: 'T'.repeat(43),
    session: 'S'.repeat(43),
    files: new Map(),
    hellos: [],
    results: new Map(),
    resultCounts: new Map(),
    stepFiles: new Map(),
    progress: [],
    requests: [],
    onHello: () => undefined,
    close: () => Promise.resolve(),
  };
  const isFaulty = faultsOf(options.faults ?? {});
  const answerAgent = agentAnswers(engine, options.steps);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    const { method = '', url = '' } = request;
    response.on('close', () => {
      const { authorization = '' } = request.headers;
      engine.requests.push({ method, url, authorization, status: response.statusCode });
    });
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const body = bytes.toString('utf8');
      if (isFaulty(request, response, body)) return;
      const file = engine.files.get(url);
      if (file === undefined) answerAgent(request, response, bytes);
      else file(request, response);
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://${options.seenAs ?? '127.0.0.1'}:${port}`;
  return Object.assign(engine, {
    origin,
    url: `${origin}/agent`,
    close: () =>
      new Promise<void>(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function faultsOf(faults: Readonly<Record<string, Fault>>) {
  const counts = new Map<string, number>();
  return (request: IncomingMessage, response: ServerResponse, body: string): boolean =>
    Object.entries(faults).some(([prefix, fault]) => {
      if (request.url?.startsWith(prefix) !== true) return false;
      const count = (counts.get(prefix) ?? 0) + 1;
      counts.set(prefix, count);
      return fault(request, response, count, body);
    });
}

/** Hands out the steps one after the other; the result of one makes room for the next. */
function agentAnswers(engine: StubEngine, given: readonly StubStep[]) {
  const steps = given.map((step, index) => ({ ...step, id: step.id ?? `step-${index + 1}` }));
  let nextStep = 0;
  const prepared = new Map<string, Promise<void>>();

  async function answerStep(response: ServerResponse): Promise<void> {
    const step = steps[nextStep];
    if (step?.before !== undefined) {
      const before = prepared.get(step.id) ?? step.before(engine);
      prepared.set(step.id, before);
      // What fails is told by the test that waits for it; the machine goes on to its end.
      await before.catch(() => undefined);
    }
    if (step === undefined) {
      setTimeout(() => end(response, 204), 200);
      return;
    }
    const parameters = Object.entries(step.parameters ?? {}).map(
      ([key, value]) => `${key} ${encodeURIComponent(value.replace('{origin}', engine.origin))}`,
    );
    if (step.rawAnswer !== undefined) nextStep += 1;
    const text = [`step ${step.step}`, `id ${step.id}`, ...parameters, ''].join('\n');
    end(response, 200, step.rawAnswer ?? text);
  }

  function takeResult(id: string, body: string, response: ServerResponse): void {
    engine.results.set(id, JSON.parse(body) as StepResult);
    engine.resultCounts.set(id, (engine.resultCounts.get(id) ?? 0) + 1);
    const index = steps.findIndex(step => step.id === id);
    nextStep = Math.max(nextStep, index + 1);
    end(response, 200);
  }

  function takeHello(request: IncomingMessage, response: ServerResponse, body: string): void {
    engine.hellos.push({
      authorization: request.headers.authorization ?? '',
      bootId: String(request.headers['x-rackside-boot']),
      inventory: JSON.parse(body),
    });
    engine.onHello();
    end(response, 200, `session ${engine.session}\nnode made-up%20node\n`);
  }

  return (request: IncomingMessage, response: ServerResponse, bytes: Buffer): void => {
    const body = bytes.toString('utf8');
    const path = request.url ?? '';
    const [, id, what] = /^\/agent\/v1\/step\/([^/]+)\/(progress|result|file)$/.exec(path) ?? [];
    if (path === '/agent/v1/hello') takeHello(request, response, body);
    else if (request.headers.authorization !== `Bearer ${engine.session}`) end(response, 401);
    else if (path === '/agent/v1/step') void answerStep(response);
    else if (id !== undefined && what === 'result') takeResult(id, body, response);
    else if (id !== undefined && what === 'file') {
      const { 'content-type': contentType = '', 'x-content-sha256': sha256 } = request.headers;
      engine.stepFiles.set(id, { bytes, contentType, announcedSha256: String(sha256) });
      end(response, 204);
    } else if (id !== undefined) {
      engine.progress.push({ id, text: body });
      end(response, 200);
    } else end(response, 404);
  };
}

function end(response: ServerResponse, status: number, body = ''): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  response.end(body);
}
