import type { Batch, BatchServer } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import type { Tone } from '../../../ui/tone.ts';

type ServerState = BatchServer['state'];

/** The order in which a person looks at them: what needs somebody, what is at work, what comes, what is over. */
const inOrder: readonly ServerState[] = ['failed', 'refused', 'running', 'waiting', 'cancelled', 'succeeded'];

export function byNeed(servers: readonly BatchServer[]): readonly BatchServer[] {
  return servers.toSorted((one, other) => inOrder.indexOf(one.state) - inOrder.indexOf(other.state));
}

export function serverTone(state: ServerState): Tone {
  switch (state) {
    case 'waiting':
    case 'cancelled':
      return 'idle';
    case 'running':
      return 'busy';
    case 'succeeded':
      return 'good';
    case 'failed':
    case 'refused':
      return 'failed';
    default:
      return assertNever(state);
  }
}

export function batchTone({ state, servers }: Batch): Tone {
  switch (state) {
    case 'running':
      return 'busy';
    case 'stopping':
    case 'stopped':
      return 'waiting';
    case 'ended':
      return servers.some(server => mayRetry(server)) ? 'failed' : 'good';
    default:
      return assertNever(state);
  }
}

/** `2 failed · 4 running · 10 waiting` */
export function countsText(t: Translate, servers: readonly BatchServer[]): string {
  return inOrder
    .map(state => ({ state, count: servers.filter(server => server.state === state).length }))
    .filter(({ count }) => count > 0)
    .map(({ state, count }) => t('batches.count', { count, state: t(`batchServer.${state}`) }))
    .join(' · ');
}

export function mayRetry({ state }: BatchServer): boolean {
  return state === 'failed' || state === 'refused' || state === 'cancelled';
}

export function mayCancel({ state }: BatchServer): boolean {
  return state === 'waiting' || state === 'running';
}
