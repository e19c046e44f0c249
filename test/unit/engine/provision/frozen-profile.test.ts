import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { installPlanOf } from '#engine/provision/deploy/linux-installer/install-plan-of.ts';
import { ownText } from '#engine/provision/deploy/storage-of.ts';
import { deploymentSecrets, userSecret } from '#engine/provision/deployment-secrets.ts';
import { profileSecrets } from '#engine/provision/profile-secrets.ts';
import { release } from '#engine/provision/release.ts';
import { reviewClean } from '#engine/provision/review.ts';
import { requireImage } from '#engine/provision/stored-deployment.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { cleanRequest } from '#shared/contract/index.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, anImage, anInstaller, aProfile, imageId, nodeId } from '#test/fakes/rows.ts';
import { ed25519Key } from '#test/unit/engine/identity/keys.ts';

const system = aDisk({ name: 'sda', serial: 'SER-1', wwn: '' });
const customers = aDisk({
  name: 'sdb',
  serial: 'SER-2',
  wwn: '',
  controller: { pciAddress: '0000:05:00.0', pciId: '1000:0097', driver: 'mpt3sas' },
});
const newHba = aDisk({
  name: 'sdc',
  serial: 'SER-3',
  wwn: '',
  controller: { pciAddress: '0000:06:00.0', pciId: '1000:00e6', driver: 'mpt3sas' },
});
const hash = `$6$salt$${'a'.repeat(86)}`;
const installer = anInstaller({ version: '12' });
const excluding = (pciId: string) => [{ action: 'exclude' as const, match: { pciId } }];
const profile = aProfile({ diskRules: excluding('1000:0097') });

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
  rig.disks = [system, customers, newHba];
  rig.store.profiles.save(profile);
});
afterEach(() => rig.close());

const over = () => rig.until(() => rig.deployment().state !== 'running');
const deploy = (serial: string) =>
  rig.create({ profileId: profile.id, disk: { by: 'hints', hints: { serial } } });

describe('a deployment keeps its profile as it was when it was made', () => {
  it.each([
    ['removed', () => rig.store.profiles.remove(profile.id)],
    ['edited', () => rig.store.profiles.save({ ...profile, diskRules: [] })],
  ])(
    'tried again after the profile was %s it still leaves alone what the rule excluded',
    async (_, change) => {
      deploy('SER-2');
      void rig.boot().catch(() => undefined);
      await over();
      expect(rig.deployment().error?.code).toBe('deploy.disk_left_alone');
      change();
      rig.deployer.retry(rig.deployment().id);
      void rig.boot().catch(() => undefined);
      await over();
      expect(rig.deployment()).toMatchObject({
        state: 'failed',
        error: { code: 'deploy.disk_left_alone', details: { disk: { serial: 'SER-2' } } },
      });
    },
  );

  it('installs the users, software and layout of a profile that was removed since', () => {
    const layout = { ...defaultStorage, partitionTable: 'mbr' as const };
    const user = { name: 'ops', fullName: '', sshAuthorizedKeys: [], sudo: true, hasPassword: true };
    rig.store.profiles.save({ ...profile, users: [user], packages: ['tmux'], storage: layout });
    rig.store.profiles.saveText(profile.id, 'debian-installer', 'template', 'their own');
    rig.store.secrets.put(profileSecrets(profile.id), 'ops', hash);
    rig.store.images.save({ ...anImage({ kind: 'installer', installer }), sourcePath: '/iso' });
    rig.store.nodes.save({ ...rig.node(), inventory: anInventory({ disks: [system] }) });
    rig.create({ profileId: profile.id, disk: { by: 'person', disk: system } });
    rig.store.profiles.remove(profile.id);
    rig.store.secrets.remove(profileSecrets(profile.id));
    const { store } = rig;
    const surroundings = { baseUrl: 'http://10.77.0.1:8088', syslog: null };
    const plan = installPlanOf(
      store,
      rig.deployment(),
      rig.node(),
      requireImage(store, imageId),
      surroundings,
    );
    expect(plan).toMatchObject({ packages: ['tmux'], layout });
    expect(plan.users).toMatchObject([{ name: 'ops', sudo: true, passwordHash: hash }]);
    const request = store.deployments.request(rig.deployment().id);
    expect(ownText(request, 'debian-installer', 'template')).toBe('their own');
    expect(JSON.stringify(request)).not.toContain(hash);
  });

  it('is not installed when one of the stored keys is damaged: its user would be left without any', () => {
    const keys = [ed25519Key, ed25519Key.slice(0, 59)];
    const user = { name: 'ops', fullName: '', sshAuthorizedKeys: keys, sudo: true, hasPassword: false };
    rig.store.profiles.save({ ...profile, users: [user] });
    rig.store.images.save({ ...anImage({ kind: 'installer', installer }), sourcePath: '/iso' });
    rig.store.nodes.save({ ...rig.node(), inventory: anInventory({ disks: [system] }) });
    rig.create({ profileId: profile.id, disk: { by: 'person', disk: system } });
    const image = requireImage(rig.store, imageId);
    const surroundings = { baseUrl: 'http://10.77.0.1:8088', syslog: null };
    expect(() => installPlanOf(rig.store, rig.deployment(), rig.node(), image, surroundings)).toThrow(
      expect.objectContaining({
        code: 'input.invalid',
        details: {
          issues: [
            expect.objectContaining({ path: 'users.0.sshAuthorizedKeys', code: 'ssh_key.bad_base64' }),
          ],
        },
      }),
    );
  });

  it('forgets the passwords of its users when a newer one takes its place', async () => {
    const user = { name: 'ops', fullName: '', sshAuthorizedKeys: [], sudo: true, hasPassword: true };
    rig.store.profiles.save({ ...profile, users: [user] });
    rig.store.secrets.put(profileSecrets(profile.id), 'ops', hash);
    const { id } = deploy('SER-1');
    const kept = () => rig.store.secrets.get(deploymentSecrets(id), userSecret('ops'));
    expect(kept()).toBe(hash);
    rig.deployer.cancel(id);
    await over();
    rig.create();
    expect(kept()).toBeUndefined();
  });

  it('is refused with a profile that is not there', () => {
    rig.store.profiles.remove(profile.id);
    expect(() => deploy('SER-1')).toThrow(
      expect.objectContaining({ code: 'input.not_found', details: { what: 'profile', id: profile.id } }),
    );
    expect(rig.node().provisionState).toBe('available');
  });
});

describe('a cleaning that a person asks for', () => {
  const ask = (serial: string | null) =>
    cleanRequest.parse({
      nodeId,
      method: 'metadata',
      disks: serial === null ? null : [{ ...customers, serial }],
    });
  const reviewed = (serial: string | null) => reviewClean(rig.store, rig.services().bootServer, ask(serial));

  beforeEach(async () => {
    deploy('SER-1');
    await rig.boot();
    rig.deployer.cancel(rig.deployment().id);
    await over();
    // As after a release, and as if the profile had been removed since.
    rig.store.nodes.save({ ...rig.node(), provisionState: 'available', deploymentId: null });
    rig.store.profiles.remove(profile.id);
    await rig.clock.advance(1);
  });

  it('leaves alone what the profile of the server’s last system left alone', async () => {
    expect(reviewed(null)).toMatchObject({
      disks: [{ serial: 'SER-1' }, { serial: 'SER-3' }],
      filtered: [{ disk: { serial: 'SER-2' }, reason: 'rule' }],
      blockers: [],
    });
    rig.deployer.clean(ask(null));
    await rig.boot();
    expect((await rig.nextStep()).parameters['disks']).not.toContain('SER-2');
  });

  it('is refused such a disk by name', () => {
    expect(reviewed('SER-2').blockers.map(({ code }) => code)).toEqual(['deploy.disk_left_alone']);
    expect(reviewed('SER-3').blockers).toEqual([]);
  });

  it('can leave alone more than that', () => {
    const request = { ...ask(null), diskRules: excluding('1000:00e6') };
    const { disks } = reviewClean(rig.store, rig.services().bootServer, request);
    expect(disks.map(({ serial }) => serial)).toEqual(['SER-1']);
  });
});

describe('an unattended cleaning on release', () => {
  async function erasedAfter(change: () => void): Promise<string[]> {
    deploy('SER-1');
    await rig.boot();
    await rig.until(() => rig.deployment().disk !== null);
    rig.deployer.cancel(rig.deployment().id);
    await over();
    change();
    rig.store.settings.update({ cleanOnRelease: true });
    await rig.clock.advance(1);
    await release(rig.services(), nodeId, {
      asCoded: asCodedError,
      clean: request => void rig.deployer.clean(request),
    });
    await rig.boot();
    const { parameters } = await rig.nextStep();
    return (parameters['disks'] ?? '').split('\n').map(line => line.split('\t')[0] ?? '');
  }

  it('leaves alone what the profile excluded then and what it excludes now', async () => {
    const edit = () => rig.store.profiles.save({ ...profile, diskRules: excluding('1000:00e6') });
    expect(await erasedAfter(edit)).toEqual(['SER-1']);
  });

  it('leaves alone what the profile excluded then when it is gone', async () => {
    expect(await erasedAfter(() => rig.store.profiles.remove(profile.id))).toEqual(['SER-1', 'SER-3']);
  });

  it('does not take a new rule that includes as leave to erase what was left alone', async () => {
    const include = () =>
      rig.store.profiles.save({ ...profile, diskRules: [{ action: 'include', match: { pciId: '1000:*' } }] });
    expect(await erasedAfter(include)).toEqual(['SER-1', 'SER-3']);
  });
});

describe('what is kept of deployments that are over', () => {
  const profiles = () =>
    rig.store.deployments.list().map(({ id }) => rig.store.deployments.request(id).profile?.name ?? null);
  const fail = async () => {
    rig.deployer.cancel(rig.deployment().id);
    await over();
  };

  it('is the profile of the newest, and of the one whose system is on the disks', async () => {
    deploy('SER-1');
    await rig.boot();
    await fail();
    for (let attempt = 0; attempt < 2; attempt += 1) {
      deploy('SER-1');
      await fail();
    }
    expect(profiles()).toEqual([profile.name, null, profile.name]);
  });

  it('is nothing that its ramdisk told once there is another one', async () => {
    deploy('SER-1');
    await rig.boot();
    const step = await rig.finishStep({ much: 'x' });
    expect(rig.store.agentSessions.result(step.id)).toBeDefined();
    await fail();
    deploy('SER-1');
    expect(rig.store.agentSessions.result(step.id)).toBeUndefined();
  });
});
