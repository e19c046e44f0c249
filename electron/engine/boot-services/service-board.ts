import type { Store } from '#engine/store/store.ts';
import type { CodedError, Service, ServiceName } from '#shared/contract/index.ts';

/** One wire's share of a service. */
export interface ServicePart {
  readonly state: Service['state'];
  /** `full on eth0 (10.77.0.1:67)`; without the port while it does not run. */
  readonly detail: string;
  readonly error?: CodedError;
}

export type ServiceBoard = ReturnType<typeof createServiceBoard>;

const worstFirst: readonly Service['state'][] = ['failed', 'starting', 'on', 'off'];
/** "Last packet 3 s ago" needs no row a packet. */
const packetNoticeMs = 1000;

/** The status bar's rows. They say how things are now, so they are published and not stored. */
export function createServiceBoard(names: readonly ServiceName[], store: Store, now: () => number) {
  const parts = new Map<ServiceName, Map<string, ServicePart>>(names.map(name => [name, new Map()]));
  const lastPacketAt = new Map<ServiceName, number>();
  const noticedAt = new Map<ServiceName, number>();

  function row(name: ServiceName): Service {
    const all = [...(parts.get(name)?.values() ?? [])];
    const state = worstFirst.find(wanted => all.some(part => part.state === wanted)) ?? 'off';
    return {
      name,
      state,
      detail: all
        .map(part => part.detail)
        .filter(detail => detail !== '')
        .join(', '),
      lastPacketAt: lastPacketAt.get(name) ?? null,
      error: all.find(part => part.error !== undefined)?.error?.toData() ?? null,
    };
  }

  function publish(name: ServiceName): void {
    store.changes.publish({ op: 'put', table: 'services', row: row(name) });
  }

  return {
    list: (): Service[] => names.map(row),
    row,
    /** `wire` is a network's id, or empty for what has no wire. What is shown already is not told again. */
    set(name: ServiceName, wire: string, part: ServicePart): void {
      if (isSame(parts.get(name)?.get(wire), part)) return;
      const isStart = part.state === 'on' && parts.get(name)?.get(wire)?.state !== 'on';
      parts.get(name)?.set(wire, part);
      publish(name);
      if (isStart) {
        const details = { service: name, detail: part.detail };
        store.timeline.append({ kind: 'service', message: 'service.started', details });
      }
      if (part.error !== undefined) {
        store.timeline.append({
          kind: 'service',
          message: 'service.failed',
          details: { service: name, text: part.error.message },
        });
      }
    },
    remove(name: ServiceName, wire: string): void {
      if (parts.get(name)?.delete(wire) === true) publish(name);
    },
    packet(name: ServiceName): void {
      const at = now();
      lastPacketAt.set(name, at);
      if (at - (noticedAt.get(name) ?? 0) < packetNoticeMs) return;
      noticedAt.set(name, at);
      publish(name);
    },
  };
}

function isSame(before: ServicePart | undefined, now: ServicePart): boolean {
  return (
    before?.state === now.state &&
    before.detail === now.detail &&
    before.error?.code === now.error?.code &&
    before.error?.message === now.error?.message
  );
}
