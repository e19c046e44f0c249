import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRack } from './rack-rig.ts';

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack();
});
afterEach(() => rack.close());

const inState = (state: string) => rack.theNode(({ provisionState }) => provisionState === state);

it('a server goes into its rescue system and back to what it was, and no key and no archive stays in what is shown', async () => {
  const { client } = rack;
  const { id: nodeId } = await rack.available();
  const rescue = await client.rescue.start({ nodeId });
  expect((await rack.over(rescue)).state).toBe('succeeded');
  await inState('rescue');
  const { access } = await client.rescue.get({ nodeId });
  expect(access).toMatchObject({
    sshPort: 22,
    mounted: null,
    hostKey: expect.stringMatching(/^ssh-ed25519 /),
  });
  const { privateKey } = await client.rescue.privateKey({ nodeId });
  expect(privateKey).toMatch(/^-----BEGIN OPENSSH PRIVATE KEY-----\n/);

  const mounted = await client.rescue.mount({ nodeId });
  expect((await client.rescue.get({ nodeId })).access?.mounted).toEqual(mounted);
  expect(await client.rescue.unmount({ nodeId })).toEqual({ busy: [] });

  const log = await client.rescue.collectLogs({ nodeId });
  expect((await client.rescue.get({ nodeId })).logs).toEqual([log]);
  const { name } = await client.rescue.saveLog({ id: log.id });
  expect(readFileSync(join(rack.dataDir, 'support', name)).length).toBe(log.sizeBytes);

  const image = await rack.theImage();
  await expect(
    client.deployments.create({
      nodeId,
      imageId: image.id,
      disk: { by: 'hints', hints: { name: 'sda' } },
      hostName: 'x',
    }),
  ).rejects.toMatchObject({ code: 'state.not_allowed' });
  await client.rescue.leave({ nodeId, exit: 'off' });
  expect(await inState('available')).toMatchObject({ bootTarget: 'nothing', powerState: 'power off' });
  await expect(client.rescue.privateKey({ nodeId })).rejects.toMatchObject({ code: 'state.not_allowed' });

  const secret = privateKey.split('\n')[3] ?? '';
  expect(secret.length).toBeGreaterThan(40);
  expect(JSON.stringify([rack.events, await client.deployments.list({})])).not.toContain(secret);
  const draft = await client.support.gather({});
  for (const { name: file } of draft.files)
    expect((await client.support.file({ id: draft.id, name: file })).text).not.toContain(secret);
});
