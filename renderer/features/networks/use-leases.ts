import { useEffect, useState } from 'react';
import type { LeasePatch, RacksideClient } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { batch } from '../../client/batch.ts';
import { useClient } from '../../client/client-context.tsx';
import { type LeaseBook, patchedLeases, sortedLeases } from './leases.ts';

type Update = (change: (book: LeaseBook) => LeaseBook) => void;

/** The leases of these networks, live. A network is not in the book before its first answer. */
export function useLeases(networkIds: readonly NetworkId[]): LeaseBook {
  const client = useClient();
  const [book, setBook] = useState<LeaseBook>(new Map());
  const key = networkIds.join();
  useEffect(() => {
    const ids = key === '' ? [] : (key.split(',') as NetworkId[]);
    const closers = ids.map(id => follow(client, id, setBook));
    return () => {
      for (const close of closers) close();
    };
  }, [client, key]);
  return book;
}

function follow(client: RacksideClient, id: NetworkId, update: Update): () => void {
  const waiting = batch<LeasePatch>(
    patches => update(book => new Map(book).set(id, patchedLeases(book.get(id) ?? [], patches))),
    () => 100,
  );
  const close = client.networks.leaseChanges(
    { id },
    {
      onSnapshot(leases) {
        waiting.clear();
        update(book => new Map(book).set(id, sortedLeases(leases)));
      },
      onPatch: waiting.add,
    },
  );
  return () => {
    waiting.clear();
    close();
  };
}
