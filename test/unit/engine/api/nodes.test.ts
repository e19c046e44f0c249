import { beforeEach, describe, expect, it } from 'vitest';
import { nodeHandlers } from '#engine/api/nodes.ts';
import { loginOf } from '#engine/inventory/bmc-login.ts';
import { contract, type RacksideHandlers } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aDeployment, aDisk, nodeId } from '#test/fakes/rows.ts';
import { type SimulatedBmcs, simulatedBmcs } from '../inventory/simulated-bmcs.ts';

let rack: SimulatedBmcs;
let handlers: RacksideHandlers['nodes'];
let done: string[];
const disk = aDisk({ name: 'sda', serial: 'SER-1', wwn: '' });
beforeEach(async () => {
  rack = await simulatedBmcs();
  done = [];
  handlers = nodeHandlers({
    store: rack.store,
    clock: rack.clock,
    bmc: rack.links,
    onPowerChanged: () => undefined,
    verify: () => undefined,
    inspect: id => rack.store.nodes.find(id) as never,
    abort: () => undefined,
    release: () => void done.push('released'),
    clean: () => {
      done.push('erased');
      return aDeployment();
    },
    reviewClean: () => ({ disks: [disk], filtered: [], warnings: [], blockers: [] }),
  });
});

const { signal } = new AbortController();
/** As it arrives over a transport: through the contract's schema. */
const update = (input: object) =>
  handlers.update(contract.nodes.update.input.parse({ id: nodeId, ...input }), signal);
const enroll = (input: object) => handlers.enroll(contract.nodes.enroll.input.parse(input), signal);
const login = (id: NodeId = nodeId) => {
  const node = rack.store.nodes.find(id);
  return node === undefined ? undefined : loginOf(rack.store, node);
};

describe('disks are erased only when a person has named the server and exactly these disks', () => {
  const erase = (confirmed?: object) =>
    handlers.clean(
      contract.nodes.clean.input.parse({ nodeId, method: 'metadata', ...(confirmed && { confirmed }) }),
      signal,
    );
  const release = (confirmed?: object) =>
    handlers.setProvisionState(
      contract.nodes.setProvisionState.input.parse({
        id: nodeId,
        verb: 'deleted',
        ...(confirmed && { confirmed }),
      }),
      signal,
    );
  const other = { ...identityOf(disk), serial: 'SER-2' };
  const refused = [
    { what: 'nothing', confirmed: undefined },
    { what: 'another name', confirmed: { name: 'another', disks: [disk] } },
    { what: 'another disk', confirmed: { name: 'lab-01', disks: [other] } },
    { what: 'a disk too many', confirmed: { name: 'lab-01', disks: [disk, other] } },
    { what: 'no disk', confirmed: { name: 'lab-01', disks: [] } },
  ];
  beforeEach(() =>
    rack.store.nodes.save({ ...rack.serverAt('10.0.0.2'), name: 'lab-01', cleanOnRelease: true }),
  );

  it.each(refused)('with $what confirmed, neither on demand nor with a release', async ({ confirmed }) => {
    const because = { code: 'clean.not_confirmed', details: { name: 'lab-01', disks: [identityOf(disk)] } };
    await expect(erase(confirmed)).rejects.toMatchObject(because);
    await expect(release(confirmed)).rejects.toMatchObject(because);
    expect(done).toEqual([]);
  });

  it('then they are; a release that erases nothing needs no word', async () => {
    const confirmed = { name: 'lab-01', disks: [disk] };
    await erase(confirmed);
    await release(confirmed);
    rack.store.nodes.save({ ...rack.serverAt('10.0.0.2'), cleanOnRelease: false });
    await release();
    expect(done).toEqual(['erased', 'released', 'released']);
  });
});

describe('a change of a BMC', () => {
  it('that names no password and no BMC key keeps the stored ones', async () => {
    rack.serverAt('10.0.0.2', { bmcKey: '0x00ff' });
    const changed = await update({ bmc: { address: '10.0.0.3', username: 'root' } });
    expect(changed.bmc).toMatchObject({ hasPassword: true, hasBmcKey: true });
    expect(login()).toMatchObject({ address: '10.0.0.3', password: 'labpass', bmcKey: '0x00ff' });
  });

  it('with an empty BMC key removes it, and nothing secret comes back', async () => {
    rack.serverAt('10.0.0.2', { bmcKey: 'two-key-secret' });
    const changed = await update({
      bmc: {
        address: '10.0.0.2',
        bmcKey: '',
        password: 'new-one',
        protocol: 'suite-3',
        privilege: 'operator',
      },
    });
    expect(changed.bmc).toMatchObject({ hasBmcKey: false, protocol: 'suite-3', privilege: 'operator' });
    expect(JSON.stringify(changed)).not.toMatch(/two-key-secret|new-one/);
    expect(login()).toMatchObject({ bmcKey: '', password: 'new-one' });
  });

  it('does not wait for the BMC at the wrong address', async () => {
    const silent = await rack.bmcAt('10.0.0.2');
    silent.server.faults.silent = true;
    await rack.bmcAt('10.0.0.3');
    const reading = rack.links.read(rack.serverAt('10.0.0.2'));
    await rack.time.advance(500);
    await update({ bmc: { address: '10.0.0.3', username: 'admin' } });
    expect(rack.time.nowMs()).toBe(500);
    await rack.run(reading);
    expect(rack.time.nowMs()).toBeLessThan(1000);
  });

  it('to the BMC of another server is refused', async () => {
    rack.serverAt('10.0.0.2');
    const taken = { code: 'input.conflict', details: { field: 'bmc' } };
    await expect(enroll({ name: 'two', bmc: { address: '10.0.0.2' } })).rejects.toMatchObject(taken);
    const two = await enroll({ name: 'two', bmc: { address: '10.0.0.3' } });
    await expect(update({ id: two.id, bmc: { address: '10.0.0.2' } })).rejects.toMatchObject(taken);
  });
});

describe('the boot mode', () => {
  const mac = '52:54:00:bb:00:09' as Mac;
  const seen = (architecture: string) =>
    rack.store.discovered.save({
      mac,
      interfaceName: 'eth0',
      architecture,
      vendorClass: '',
      uuid: '',
      firstSeenAt: 1,
      lastSeenAt: 1,
      timesSeen: 1,
    });

  it.each([
    ['bios', 'bios'],
    ['efi-x64', 'uefi'],
    ['', null],
  ])('of a machine seen as "%s" is %s', async (architecture, bootMode) => {
    seen(architecture);
    expect(await enroll({ name: 'seen', macs: [mac] })).toMatchObject({ bootMode });
  });

  it('is what a person says', async () => {
    seen('bios');
    const node = await enroll({ name: 'said', macs: [mac], bootMode: 'uefi' });
    expect(node.bootMode).toBe('uefi');
    expect(await update({ id: node.id, bootMode: null })).toMatchObject({ bootMode: null });
    expect(await update({ id: node.id, name: 'other' })).toMatchObject({ bootMode: null, name: 'other' });
  });
});

describe('labels', () => {
  const extraOf = (id: string) => rack.store.nodes.find(id as NodeId)?.extra;

  it('are changed one by one: the others stay, and null takes one away', async () => {
    const { id } = await enroll({ name: 'new-1', extra: { owner: 'web', rack: 'R1' } });
    await update({ id, labels: { rack: 'R2', unit: '7' } });
    expect(extraOf(id)).toEqual({ owner: 'web', rack: 'R2', unit: '7' });
    await update({ id, labels: { owner: null } });
    expect(extraOf(id)).toEqual({ rack: 'R2', unit: '7' });
  });

  it('come with a new server, as does what a release does to its disks', async () => {
    const node = await enroll({ name: 'new-1', extra: { rack: 'R9' }, cleanOnRelease: true });
    expect(extraOf(node.id)).toEqual({ rack: 'R9' });
    expect(node.cleanOnRelease).toBe(true);
  });
});
