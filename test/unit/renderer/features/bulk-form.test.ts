import { describe, expect, it } from 'vitest';
import {
  type BulkForm,
  type BulkPart,
  bulkChange,
  bulkUndo,
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
    const all = form(
      [
        'rack',
        'resourceClass',
        'labels',
        'bootMode',
        'cleanOnRelease',
        'username',
        'password',
        'bmcKey',
        'protocol',
        'hints',
      ],
      { labels: 'a=b', hints: { serial: 'X' } },
    );
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
  it('gives each server what it had', () => {
    const change = form(['resourceClass', 'labels', 'rack', 'username'], {
      resourceClass: 'big',
      labels: 'role=db\nowner=',
      rack: 'R2',
      username: 'admin',
    });
    const { address, port, protocol, privilege } = aBmc;
    expect(bulkUndo(change, node)).toEqual({
      resourceClass: 'old',
      labels: { role: null, owner: 'web', rack: 'R1' },
      bmc: { address, port, protocol, privilege, username: 'root' },
    });
  });

  it('does not touch a BMC whose password was changed: nobody knows the old one', () => {
    expect(bulkUndo(form(['username', 'password'], { username: 'admin' }), node)).toBeNull();
    expect(bulkUndo(form(['bmcKey', 'rack'], { rack: 'R2' }), node)).toEqual({ labels: { rack: 'R1' } });
  });
});
