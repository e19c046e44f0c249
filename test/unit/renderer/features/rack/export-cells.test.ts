import { beforeEach, describe, expect, it } from 'vitest';
import type { NodeRow } from '#renderer/features/rack/rack-rows.ts';
import { formatCsv } from '#renderer/features/rack/transfer/delimited.ts';
import { exportCells } from '#renderer/features/rack/transfer/export-cells.ts';
import { checkRows } from '#renderer/features/rack/transfer/import-check.ts';
import { meaningsOf } from '#renderer/features/rack/transfer/import-columns.ts';
import { isChange } from '#renderer/features/rack/transfer/import-rows.ts';
import { knownServers } from '#renderer/features/rack/transfer/known-servers.ts';
import { readSheetText } from '#renderer/features/rack/transfer/read-sheet.ts';
import { columnIds } from '#renderer/features/rack/views/rack-view.ts';
import { languages, startI18n, translate } from '#renderer/i18n/i18n.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort } from '#test/fakes/rows.ts';
import { aBmc, anEvent, anInventory } from '../../rows.ts';

beforeEach(() => startI18n('en'));

const row: NodeRow = {
  is: 'node',
  node: aNode({
    name: '=r1',
    bmc: aBmc,
    inventory: anInventory(),
    resourceClass: 'big',
    extra: { rack: 'R1', unit: '7', height: '2', owner: '@web' },
  }),
  ports: [aPort({ address: '02:00:00:00:00:01' as Mac }), aPort({ address: '02:00:00:00:00:02' as Mac })],
  deployment: undefined,
  lastEvent: anEvent(),
};

describe('an export', () => {
  it('has the columns that are shown, in their order, and protects what would be calculated', () => {
    expect(exportCells(translate, [row], ['state', 'name', 'labels'])).toEqual([
      ['State', 'Name', 'Label: owner'],
      ['Available', "'=r1", "'@web"],
    ]);
  });

  it('is imported again in both languages without any change', async () => {
    for (const language of languages) {
      await startI18n(language);
      const sheet = readSheetText(formatCsv(exportCells(translate, [row], columnIds)));
      if (sheet.is !== 'sheet') throw new Error(sheet.reason);
      const meanings = meaningsOf(sheet.header);
      expect(meanings, language).not.toContain(null);
      const known = knownServers(new Map([[row.node.id, row.node]]), row.ports);
      const [outcome] = checkRows(sheet.rows, meanings, known);
      expect(outcome, language).toMatchObject({ is: 'known', node: { name: '=r1' } });
      expect(outcome?.is === 'known' && isChange(outcome), language).toBe(false);
    }
  });
});
