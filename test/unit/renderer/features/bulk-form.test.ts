import { describe, expect, it } from 'vitest';
import {
  type BulkForm,
  type BulkPart,
  bulkChange,
  bulkParts,
  bulkUndo,
  canBeUndone,
  emptyBulk,
  isBulkComplete,
} from '#renderer/features/server-form/bulk/bulk-form.ts';
import { contract } from '#shared/contract/index.ts';
import { aNode } from '#test/fakes/rows.ts';
import { aBmc } from '../rows.ts';

const node = aNode({ bmc: aBmc, resourceClass: 'old', extra: { owner: 'web', rack: 'R1', unit: '7' } });
const form = (on: readonly BulkPart[], change: Partial<BulkForm> = {}): BulkForm => ({
  ...emptyBulk,
  ...change,
  on: new Set(on),
});

describe('one change for several servers', () => {
  it('has only what is switched on', () => {
    expect(bulkChange(form(['resourceClass'], { resourceClass: ' big ', rack: 'R9' }), node)).toEqual({
      resourceClass: 'big',
    });
    expect(bulkChange(form(['bootMode', 'cleanOnRelease'], { cleanOnRelease: true }), node)).toEqual({
      bootMode: null,
      cleanOnRelease: true,
    });
  });

  it('sets and takes away labels, and leaves the others', () => {
    expect(bulkChange(form(['labels', 'rack'], { labels: 'role=db\nowner=', rack: 'R2' }), node)).toEqual({
      labels: { role: 'db', owner: null, rack: 'R2' },
    });
  });

  it('gives each BMC its own address with the new credentials', () => {
    const { address, port, protocol, privilege } = aBmc;
    expect(bulkChange(form(['username', 'password'], { username: 'admin', password: 'x' }), node)).toEqual({
      bmc: { address, port, protocol, privilege, username: 'admin', password: 'x' },
    });
    expect(bulkChange(form(['password'], { password: 'x' }), aNode())).toBeNull();
  });

  it('is taken by the contract', () => {
    const all = form([...bulkParts], { labels: 'a=b', hints: { serial: 'X' } });
    expect(() => contract.nodes.update.input.parse({ id: node.id, ...bulkChange(all, node) })).not.toThrow();
  });

  it('can be made when something is switched on and right', () => {
    expect(isBulkComplete(form([]))).toBe(false);
    expect(isBulkComplete(form(['resourceClass']))).toBe(true);
    expect(isBulkComplete(form(['labels']))).toBe(false);
    expect(isBulkComplete(form(['labels'], { labels: 'rack=R1' }))).toBe(false);
    expect(isBulkComplete(form(['bmcKey'], { bmcKey: '0xzz' }))).toBe(false);
  });
});

describe('the way back', () => {
  const change = form(['resourceClass', 'labels', 'rack', 'username', 'hints'], {
    resourceClass: 'big',
    labels: 'role=db\nowner=',
    rack: 'R2',
    username: 'admin',
    hints: { serial: 'NEW', wwn: '0x1' },
  });
  const { address, port, protocol, privilege } = aBmc;
  /** As the engine has it after the change, in whatever order. */
  const changed = aNode({
    ...node,
    resourceClass: 'big',
    rootDeviceHints: { wwn: '0x1', serial: 'NEW' },
    extra: { role: 'db', rack: 'R2' },
    bmc: { ...aBmc, username: 'admin' },
  });

  it('gives each server what it had', () => {
    expect(bulkUndo(change, node, changed)).toEqual({
      resourceClass: 'old',
      rootDeviceHints: node.rootDeviceHints,
      labels: { role: null, owner: 'web', rack: 'R1' },
      bmc: { address, port, protocol, privilege, username: 'root' },
    });
  });

  it('leaves what others changed since', () => {
    const since = aNode({
      ...changed,
      resourceClass: 'bigger',
      rootDeviceHints: {},
      extra: { role: 'web', rack: 'R2', owner: 'us' },
      bmc: { ...aBmc, address: '10.0.0.99', username: 'admin' },
    });
    expect(bulkUndo(change, node, since)).toEqual({
      labels: { rack: 'R1' },
      bmc: { address: '10.0.0.99', port, protocol, privilege, username: 'root' },
    });
    expect(bulkUndo(change, node, node)).toBeNull();
  });

  it('does not touch a BMC whose password was changed: nobody knows the old one', () => {
    const secret = form(['username', 'password'], { username: 'admin' });
    expect(canBeUndone(secret)).toBe(false);
    expect(bulkUndo(secret, node, changed)).toBeNull();
    const both = form(['bmcKey', 'rack'], { rack: 'R2' });
    expect(canBeUndone(both)).toBe(true);
    expect(bulkUndo(both, node, changed)).toEqual({ labels: { rack: 'R1' } });
  });
});
