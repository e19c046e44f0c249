import type { Node, RacksideClient } from '#shared/contract/index.ts';
import { highestUnit, placeOf, placeText, type RackPlace } from '../rack-place.ts';
import { offerUndo } from '../undo.ts';

/** Writes down where a server is now, and offers the way back. */
export async function moveServer(client: RacksideClient, node: Node, place: RackPlace): Promise<void> {
  await client.nodes.update({ id: node.id, labels: labelsOfPlace(place) });
  const before = { ...node.extra };
  offerUndo({
    text: t => {
      const text = placeText(place);
      return text === ''
        ? t('elevation.takenOut', { name: node.name })
        : t('elevation.moved', { name: node.name, place: text });
    },
    undo: again =>
      again.nodes.update({
        id: node.id,
        labels: {
          rack: before['rack'] ?? null,
          unit: before['unit'] ?? null,
          height: before['height'] ?? null,
        },
      }),
  });
}

function labelsOfPlace({ rack, unit, heightUnits }: RackPlace): Record<string, string | null> {
  return {
    rack: rack === '' ? null : rack,
    unit: unit === null ? null : String(unit),
    height: heightUnits === 1 ? null : String(heightUnits),
  };
}

/** One unit up or down; null below the floor, and above what a rack can have. */
export function shifted(node: Node, by: 1 | -1): RackPlace | null {
  const place = placeOf(node);
  if (place.unit === null || place.unit + by < 1 || place.unit + by > highestUnit) return null;
  return { ...place, unit: place.unit + by };
}
