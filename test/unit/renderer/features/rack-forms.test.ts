import { describe, expect, it } from 'vitest';
import { bondInput, formOfBond, newBondForm } from '#renderer/features/rack/bonds/bond-form.ts';
import { type CleanForm, cleanRequestOf, withKept } from '#renderer/features/rack/clean/clean-form.ts';
import {
  emptyFlavor,
  type FlavorForm,
  flavorInput,
  newDiskGroup,
} from '#renderer/features/rack/flavor/flavor-form.ts';
import { readNameValues, textOfNameValues } from '#renderer/features/server-form/name-values.ts';
import { cleanRequest, flavor, type Port, type Portgroup } from '#shared/contract/index.ts';
import type { PortgroupId, PortId } from '#shared/model/ids.ts';
import { aDisk, aNode, aPort } from '#test/fakes/rows.ts';
import { anInventory, swapped } from '../rows.ts';

describe('a request to erase disks', () => {
  const disks = [aDisk(), aDisk({ name: 'sdb', serial: 'SER-2', wwn: '' })];
  const node = aNode({ inventory: anInventory(disks) });
  const form: CleanForm = { method: 'metadata', kept: [] };
  const [sda = aDisk()] = disks;

  it('names each disk that is shown and not kept', () => {
    const kept = withKept(form.kept, sda, true);
    const request = cleanRequestOf({ ...form, kept }, node, disks);
    expect(request?.disks).toMatchObject([{ name: 'sdb', serial: 'SER-2' }]);
    expect(cleanRequest.safeParse(request).success).toBe(true);
    const none = withKept(kept, sda, false);
    expect(cleanRequestOf({ ...form, kept: none }, node, disks)?.disks).toHaveLength(2);
  });

  it('keeps the disk that a person meant when another inspection gives its name to another', () => {
    const kept = withKept(form.kept, sda, true);
    expect(cleanRequestOf({ ...form, kept }, node, swapped(disks))?.disks).toMatchObject([
      { name: 'sda', serial: 'SER-2' },
    ]);
  });

  it('is none where every disk is kept, and leaves the choice to the ramdisk only where nobody saw the disks', () => {
    expect(cleanRequestOf({ ...form, kept: disks }, node, disks)).toBeNull();
    expect(cleanRequestOf(form, node, [])).toBeNull();
    expect(cleanRequestOf(form, aNode({ inventory: null }), [])?.disks).toBeNull();
  });
});

describe('a bond', () => {
  const portgroupId = '77777777-7777-4777-8777-777777777777' as PortgroupId;
  const ports: Port[] = ['a', 'b', 'c'].map((letter, index) =>
    aPort({
      id: `5555555${letter}-5555-4555-8555-555555555555` as PortId,
      portgroupId: index < 2 ? portgroupId : null,
    }),
  );
  const bond: Portgroup = {
    id: portgroupId,
    nodeId: aNode().id,
    name: 'bond0',
    address: null,
    mode: '802.3ad',
    properties: { miimon: '100', xmit_hash_policy: 'layer3+4' },
  };

  it('starts with a free name, and with members only where there is no choice', () => {
    const two = ports.slice(0, 2).map(port => ({ ...port, portgroupId: null }));
    expect(newBondForm([bond], ports)).toMatchObject({ name: 'bond1', portIds: [] });
    expect(newBondForm([], two).portIds).toEqual(two.map(({ id }) => id));
  });

  it('keeps mode, options and members as they are until they are changed', () => {
    expect(bondInput(formOfBond(bond, ports))).toEqual({
      name: 'bond0',
      mode: '802.3ad',
      properties: bond.properties,
      portIds: [ports[0]?.id, ports[1]?.id],
    });
  });

  it('needs a name, a member and options that can be read', () => {
    const form = formOfBond(bond, ports);
    expect(bondInput({ ...form, name: ' ' })).toBeNull();
    expect(bondInput({ ...form, portIds: [] })).toBeNull();
    expect(bondInput({ ...form, options: 'miimon 100' })).toBeNull();
  });
});

describe('a flavor', () => {
  const form = (change: Partial<FlavorForm>): FlavorForm => ({ ...emptyFlavor, ...change });

  it('asks for what was entered, and leaves open the rest', () => {
    const disks = [
      { ...newDiskGroup(), count: '2', sizeGb: '240' },
      { ...newDiskGroup(), sizeGb: '1920' },
    ];
    const input = flavorInput(form({ memoryGib: '384', disks, labels: 'rack=4' }));
    expect(input).toEqual({
      vcpus: null,
      memoryGib: 384,
      disks: [
        { count: 2, sizeGb: 240 },
        { count: 1, sizeGb: 1920 },
      ],
      resourceClass: '',
      labels: { rack: '4' },
    });
    expect(flavor.safeParse(input).success).toBe(true);
    expect(flavorInput(form({ vcpus: '8' }))?.disks).toBeNull();
  });

  it('is none while it is empty or a field is wrong', () => {
    expect(flavorInput(emptyFlavor)).toBeNull();
    for (const change of [{ vcpus: '0' }, { memoryGib: '31.6' }, { vcpus: '8', labels: 'rack' }])
      expect(flavorInput(form(change)), JSON.stringify(change)).toBeNull();
    expect(flavorInput(form({ vcpus: '8', disks: [newDiskGroup()] })), 'a disk without size').toBeNull();
  });
});

describe('names with values', () => {
  it('survive being shown and read again, with = and blanks in the value', () => {
    const values = { rack: '4', note: 'a = b', empty: '' };
    expect(readNameValues(textOfNameValues(values))).toEqual({ values, wrong: [] });
  });

  it('that are none, or there twice, are told as they were typed', () => {
    expect(readNameValues('rack=4\n=5\nword\n\nrack=6').wrong).toEqual(['=5', 'word', 'rack=6']);
  });
});
