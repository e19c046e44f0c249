import type { BoardArea, ChassisArea, FruInventory, ProductArea } from '#engine/net/ipmi/fru-inventory.ts';
import type { FruDevice } from '#engine/net/ipmi/read-fru.ts';
import type { FruDeviceRow } from '#shared/contract/index.ts';

export function fruRow({ fruId, name, inventory, fault }: FruDevice): FruDeviceRow {
  return {
    name: name === '' ? `FRU ${fruId}` : name,
    fields: inventory === undefined ? [] : fieldsOf(inventory),
    fault: fault ?? inventory?.faults[0] ?? null,
  };
}

/** What the factory left empty is left out. */
function fieldsOf({ chassis, board, product }: FruInventory): FruDeviceRow['fields'] {
  return [
    ...(chassis === undefined ? [] : areaFields('chassis', chassis)),
    ...(board === undefined ? [] : areaFields('board', board)),
    ...(product === undefined ? [] : areaFields('product', product)),
  ];
}

function areaFields(area: string, values: ChassisArea | BoardArea | ProductArea): FruDeviceRow['fields'] {
  return Object.entries(values)
    .map(([name, value]) => ({ key: `${area}.${name}`, value: valueText(value) }))
    .filter(({ value }) => value !== '');
}

function valueText(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  return Array.isArray(value) ? value.join(', ') : String(value);
}
