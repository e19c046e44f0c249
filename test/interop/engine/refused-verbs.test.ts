import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEngine } from '#engine/engine.ts';
import { connectInProcess } from '#engine/hosts/in-process.ts';
import { keyFromFile } from '#engine/hosts/key-file.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { RpcConnection } from '#shared/contract/client.ts';
import type { RacksideContract } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';

let folder: string;
let engine: Awaited<ReturnType<typeof createEngine>>;
let connection: RpcConnection<RacksideContract>;
let client: RpcConnection<RacksideContract>['client'];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-verbs-'));
  engine = await createEngine({ dataDir: folder, sealKey: keyFromFile(folder), log: silentLogger });
  connection = connectInProcess(engine, silentLogger);
  ({ client } = connection);
});
afterEach(async () => {
  connection.close();
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

const enrol = () => client.nodes.enroll({ name: 'r1u01', macs: ['52:54:00:aa:00:01' as Mac] });

it.each([
  ['abort', 'where nothing runs'],
  ['deleted', 'of a server that nobody installed'],
] as const)('%s %s is refused, and the answer says so', async (verb, _when) => {
  const { id } = await enrol();
  await expect(client.nodes.setProvisionState({ id, verb })).rejects.toMatchObject({
    code: 'state.not_allowed',
    details: { verb, state: 'available' },
  });
  expect(await client.nodes.get({ id })).toMatchObject({ provisionState: 'available' });
});

it('manage is refused while an inspection waits for its ramdisk, which an abort ends', async () => {
  const { id } = await enrol();
  await client.nodes.setProvisionState({ id, verb: 'inspect' });
  await expect(client.nodes.setProvisionState({ id, verb: 'manage' })).rejects.toMatchObject({
    code: 'state.not_allowed',
  });
  await client.nodes.setProvisionState({ id, verb: 'abort' });
  await expect.poll(async () => (await client.nodes.get({ id })).provisionState).toBe('inspect failed');
});

it('a server is removed while it is inspected, and while nothing runs on it', async () => {
  const { id } = await enrol();
  await client.nodes.setProvisionState({ id, verb: 'inspect' });
  await client.nodes.remove({ id });
  await client.nodes.remove({ id: (await enrol()).id });
  expect(await client.nodes.list({})).toEqual([]);
});
