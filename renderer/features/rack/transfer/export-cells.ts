import { assertNever } from '#shared/model/assert-never.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { memoryText } from '../../../ui/measure-text.ts';
import { zonedText } from '../../../ui/time-text.ts';
import { eventText } from '../../timeline/event-text.ts';
import { disksText, modelText } from '../hardware-text.ts';
import { labelNamed, labelsOf, placeOf } from '../rack-place.ts';
import type { NodeRow } from '../rack-rows.ts';
import type { ColumnId } from '../views/rack-view.ts';
import { type Cells, protectedText } from './delimited.ts';

interface ExportColumn {
  readonly header: string;
  readonly text: (row: NodeRow) => string;
}

/** The rows and columns that are shown, as text, under headers that an import knows again. Never a password. */
export function exportCells(t: Translate, rows: readonly NodeRow[], columnIds: readonly ColumnId[]): Cells {
  const columns = columnIds.flatMap(id => exportColumns(t, id, rows));
  return [
    columns.map(({ header }) => protectedText(header)),
    ...rows.map(row => columns.map(({ text }) => protectedText(text(row)))),
  ];
}

function exportColumns(t: Translate, id: ColumnId, rows: readonly NodeRow[]): readonly ExportColumn[] {
  switch (id) {
    case 'name':
      return [{ header: t('field.name'), text: ({ node }) => node.name }];
    case 'place':
      return [
        { header: t('field.rack'), text: ({ node }) => placeOf(node).rack },
        { header: t('field.unit'), text: ({ node }) => String(placeOf(node).unit ?? '') },
        { header: t('field.height'), text: ({ node }) => node.extra['height'] ?? '' },
      ];
    case 'bmc':
      return [
        { header: t('field.bmcAddress'), text: ({ node }) => node.bmc?.address ?? '' },
        { header: t('field.bmcPort'), text: ({ node }) => String(node.bmc?.port ?? '') },
        { header: t('field.bmcUsername'), text: ({ node }) => node.bmc?.username ?? '' },
      ];
    case 'model':
      return [
        { header: t('rack.model'), text: ({ node }) => modelText(node) },
        { header: t('machine.serial'), text: ({ node }) => node.inventory?.system.serial ?? '' },
      ];
    case 'hardware':
      return [
        { header: t('export.cores'), text: ({ node }) => String(node.inventory?.cpu.cores ?? '') },
        {
          header: t('machine.memory'),
          text: ({ node }) => (node.inventory === null ? '' : memoryText(node.inventory.memoryBytes)),
        },
        {
          header: t('export.disks'),
          text: ({ node }) => (node.inventory === null ? '' : disksText(t, node.inventory.disks)),
        },
      ];
    case 'nics':
      return [
        { header: t('field.macs'), text: ({ ports }) => ports.map(({ address }) => address).join(' ') },
      ];
    case 'power':
      return [{ header: t('rack.power'), text: ({ node }) => t(`power.${node.powerState}`) }];
    case 'state':
      return [{ header: t('rack.state'), text: ({ node }) => t(`state.${node.provisionState}`) }];
    case 'event':
      return [
        {
          header: t('rack.lastEvent'),
          text: ({ lastEvent, deployment }) =>
            lastEvent === undefined ? '' : eventText(t, lastEvent, deployment?.kind === 'cleaning'),
        },
        {
          header: t('export.lastEventAt'),
          text: ({ lastEvent }) => (lastEvent === undefined ? '' : zonedText(lastEvent.at)),
        },
      ];
    case 'resourceClass':
      return [{ header: t('field.resourceClass'), text: ({ node }) => node.resourceClass }];
    case 'labels': {
      const names = new Set(rows.flatMap(({ node }) => Object.keys(labelsOf(node))));
      return [...names].sort().map(name => ({
        header: t('export.label', { name }),
        text: ({ node }) => labelNamed(node, name) ?? '',
      }));
    }
    default:
      return assertNever(id);
  }
}
