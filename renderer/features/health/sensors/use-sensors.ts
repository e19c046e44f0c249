import { useEffect, useState } from 'react';
import type { SensorPoint, SensorReadingRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useQuery } from '../../../client/use-query.ts';
import type { TimeSpan } from './time-span.ts';

/** All sensors of a server as they were read last. Null until the first answer. */
export function useSensors(nodeId: NodeId): readonly SensorReadingRow[] | null {
  const client = useClient();
  const [sensors, setSensors] = useState<readonly SensorReadingRow[] | null>(null);
  useEffect(() => {
    setSensors(null);
    return client.health.sensors({ nodeId }, { onSnapshot: setSensors, onPatch: setSensors });
  }, [client, nodeId]);
  return sensors;
}

export type History = ReadonlyMap<string, readonly SensorPoint[]>;

/** The engine answers for so many at once. */
const mostKeys = 100;

/** Of sensors with a value, asked again when the span moves. Empty until the first answer. */
export function useHistory(
  nodeId: NodeId,
  keys: readonly string[],
  span: TimeSpan,
  points: number,
): { readonly history: History; readonly isLoaded: boolean } {
  const client = useClient();
  const asked = keys.length === 0 ? null : JSON.stringify([nodeId, keys, span, points]);
  const { data } = useQuery(asked, async signal => {
    const answers = await Promise.all(
      inPieces(keys, mostKeys).map(piece =>
        client.health.history({ nodeId, keys: [...piece], ...span, points }, signal),
      ),
    );
    return new Map(answers.flat().map(sensor => [sensor.key, sensor.points]));
  });
  return { history: data ?? noHistory, isLoaded: data !== undefined };
}

const noHistory: History = new Map();

function inPieces<Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
