import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { type MadeUpMachine, makeMachine } from './made-up-machine.ts';
import { killAgent, resultOf, runAgent, type ShellName, shells } from './run-agent.ts';
import { dropConnection } from './stub-engine.ts';

const gibibyte = 2 ** 30;
let machine: MadeUpMachine;

const longDownload = {
  url: '{origin}/image',
  format: 'none',
  'size-bytes': String(gibibyte),
  sha256: 'ab'.repeat(32),
  serial: 'SER-1',
};

function oneDisk(): MadeUpMachine {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: gibibyte, serial: 'SER-1' }] });
  return machine;
}

afterEach(() => machine.remove());

describe.each(Object.keys(shells) as ShellName[])('the agent in %s', shell => {
  test('says hello with the one-time token, works with the session, and ends when told', async () => {
    const run = await runAgent({ machine: oneDisk(), shell, steps: [{ step: 'inspect' }] });
    expect(run.exitCode, run.console).toBe(0);
    expect(run.engine.hellos).toHaveLength(1);
    expect(run.engine.hellos[0]?.authorization).toBe(`Bearer ${run.engine.token}`);
    expect(run.engine.hellos[0]?.bootId).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(run.console).toContain('at your service as made-up node');
    expect(resultOf(run).ok).toBe(true);
    expect(resultOf(run).evidence['inventory'].disks[0].serial).toBe('SER-1');
    expect(resultOf(run, 'end').ok).toBe(true);
  });

  test('decodes percent-escapes and never runs what they say', async () => {
    const name = 'a%20$(touch pwned)`id`;"\\ä&+';
    const run = await runAgent({
      machine: oneDisk(),
      shell,
      steps: [
        { step: 'write-config-drive', parameters: { url: 'http://127.0.0.1:1/x', 'size-bytes': name } },
        { step: 'set-boot-entry', parameters: { label: 'ok', serial: name } },
      ],
    });
    expect(resultOf(run).code).toBe('bad-request');
    expect(resultOf(run).evidence['parameter']).toBe('size-bytes');
    expect(resultOf(run, 'step-2').code).toBe('wrong-disk');
    expect(resultOf(run, 'step-2').evidence['wanted'].serial).toBe(name);
  });
});

test('an unknown step and a missing parameter are named', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [{ step: 'make-coffee' }, { step: 'write-image', parameters: { url: 'ftp://10.0.0.1/x' } }],
  });
  expect(resultOf(run)).toMatchObject({ ok: false, code: 'unknown-step' });
  expect(resultOf(run).evidence['steps']).toContain('write-image');
  expect(resultOf(run, 'step-2')).toMatchObject({ code: 'bad-request', evidence: { parameter: 'url' } });
});

test('a malformed answer is asked for again and is not acted upon', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [
      { step: 'x', rawAnswer: 'step reboot\nid ../../escape\n' },
      { step: 'x', rawAnswer: 'step reboot\nid a\nurl %zz\n' },
      { step: 'x', rawAnswer: 'step reboot\nid a\nurl %00\n' },
      { step: 'x', rawAnswer: 'step reboot\nstep reboot\nid a\n' },
      { step: 'inspect', id: 'after' },
    ],
  });
  expect(resultOf(run, 'after').ok).toBe(true);
  expect([...run.engine.results.keys()]).toEqual(['after', 'end']);
});

test('hello is repeated with the same boot id while the engine is away, busy or its answer lost', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [],
    faults: {
      '/agent/v1/hello': (_request, response, count) => {
        if (count === 1) dropConnection(response);
        else if (count === 2) response.writeHead(503).end();
        else if (count === 3) response.writeHead(409).end();
        else return false;
        return true;
      },
    },
  });
  expect(run.exitCode, run.console).toBe(0);
  expect(run.engine.requests.filter(request => request.url === '/agent/v1/hello')).toHaveLength(4);
});

test('a refused one-time token is not tried a second time', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [],
    faults: { '/agent/v1/hello': (_request, response) => Boolean(response.writeHead(403).end()) },
  });
  expect(run.exitCode).toBe(3);
  expect(run.console).toContain('refused the one-time token (HTTP 403)');
  expect(run.engine.requests).toHaveLength(1);
});

test('a session that is refused ends the agent', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [{ step: 'inspect' }],
    faults: { '/agent/v1/step': (_request, response) => Boolean(response.writeHead(401).end()) },
  });
  expect(run.exitCode).toBe(3);
  expect(run.console).toContain('refused this session');
});

test.each([401, 403, 410])(
  'a progress that is answered %i stops the step and all that it started',
  async status => {
    machine = oneDisk();
    const run = await runAgent({
      machine,
      steps: [{ step: 'write-image', id: 'long', parameters: longDownload }],
      prepare: engine => {
        engine.files.set('/image', (request, response) => {
          response.writeHead(200, { 'Content-Length': gibibyte });
          if (request.method === 'HEAD') response.end();
          else response.write(Buffer.alloc(1024)); // and nothing more, ever
        });
      },
      faults: {
        '/agent/v1/step/long/progress': (_request, response) => Boolean(response.writeHead(status).end()),
      },
    });
    expect(run.exitCode, run.console).toBe(0);
    expect(resultOf(run, 'long')).toMatchObject({ ok: false, code: 'cancelled' });
  },
);

test('without a valid token on the kernel command line nothing is sent', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [],
    kernelWords: engine => `rackside.url=${engine.url} rackside.token=short`,
  });
  expect(run.exitCode).toBe(2);
  expect(run.engine.requests).toHaveLength(0);
});

test('a result is sent until it is taken, and a step already done is not run again', async () => {
  const run = await runAgent({
    machine: oneDisk(),
    steps: [{ step: 'inspect', id: 'once' }],
    faults: {
      '/agent/v1/step/once/result': (_request, response, count) => {
        if (count === 1) dropConnection(response);
        else if (count === 2) response.writeHead(500).end();
        // The engine forgot the result right after it took it: the step is given out again.
        else if (count === 3) response.writeHead(200).end();
        else return false;
        return true;
      },
    },
  });
  expect(run.exitCode, run.console).toBe(0);
  expect(run.console).toContain('inspect was done before: its result is sent again');
  expect(run.console.match(/rackside: inspect$/gm)).toHaveLength(1);
  expect(resultOf(run, 'once').ok).toBe(true);
});

test('the step of an agent that was killed is ended before it is run again: never two writers', async () => {
  machine = oneDisk();
  // The process groups in which this step runs, each time that it is about to write.
  machine.program(
    'wipefs',
    `for cmdline in $(grep -l -s -a "$RACKSIDE_SANDBOX/run/rackside/steps/write" /proc/[0-9]*/cmdline); do
      sed 's/.*) //' "\${cmdline%cmdline}stat" | cut -d' ' -f3
    done | sort -u | tr '\\n' ' ' >>"$RACKSIDE_SANDBOX/writers"
    echo >>"$RACKSIDE_SANDBOX/writers"`,
  );
  const image = Buffer.alloc(5 * 2 ** 20, 'x');
  let gets = 0;
  const run = await runAgent({
    machine,
    steps: [
      {
        step: 'write-image',
        id: 'write',
        parameters: {
          url: '{origin}/image',
          format: 'none',
          'size-bytes': String(image.length),
          sha256: createHash('sha256').update(image).digest('hex'),
          serial: 'SER-1',
        },
      },
    ],
    timeoutMs: 90_000,
    faults: {
      '/agent/v1/step/write/progress': (_request, _response, count, body) => {
        if (gets === 1 && body.includes(`bytes ${4 * 2 ** 20}`)) {
          gets += 1;
          killAgent(machine);
        }
        return count < 0;
      },
    },
    prepare: engine =>
      engine.files.set('/image', (request, response) => {
        response.writeHead(200, { 'Content-Length': image.length });
        if (request.method === 'HEAD') return void response.end();
        gets += 1;
        // The first time it never ends.
        if (gets === 1) response.write(image.subarray(0, 4.5 * 2 ** 20));
        else response.end(image);
      }),
  });
  expect(run.exitCode, run.console).toBe(0);
  expect(resultOf(run, 'write')).toMatchObject({ ok: true });
  expect(readFileSync(`${machine.root}/writers`, 'utf8')).toMatch(/^\d+ \n\d+ \n$/);
});

test('tokens are in no argument list, no URL and no console line', async () => {
  machine = oneDisk();
  const run = await runAgent({
    machine,
    steps: [{ step: 'inspect' }],
    environment: { RACKSIDE_ARGUMENT_LOG: `${machine.root}/arguments` },
    prepare: () => {
      machine.program('curl', 'printf "%s\\n" "$*" >>"$RACKSIDE_ARGUMENT_LOG"\nexec /usr/bin/curl "$@"');
    },
  });
  const seen = readFileSync(`${machine.root}/arguments`, 'utf8') + run.console;
  expect(seen).toContain('/agent/v1/hello');
  expect(seen).not.toContain(run.engine.token);
  expect(seen).not.toContain(run.engine.session);
  expect(statSync(`${machine.root}/run/rackside/headers`).mode & 0o777).toBe(0o600);
});
