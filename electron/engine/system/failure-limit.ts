/** Counts failed sign-ins by address: after `max` within `windowMs` an address is not listened to until they age. */
export interface FailureLimit {
  isBlocked(address: string): boolean;
  count(address: string): void;
}

const maxAddresses = 10_000;

export function failureLimit({ max = 10, windowMs = 60_000, now = Date.now } = {}): FailureLimit {
  const failures = new Map<string, number[]>();
  const recent = (address: string) => {
    const since = now() - windowMs;
    return (failures.get(address) ?? []).filter(at => at > since);
  };
  return {
    isBlocked: address => recent(address).length >= max,
    count(address) {
      const times = [...recent(address), now()].slice(-max);
      failures.delete(address);
      failures.set(address, times);
      const oldest = failures.keys().next();
      if (failures.size > maxAddresses && oldest.done !== true) failures.delete(oldest.value);
    },
  };
}
