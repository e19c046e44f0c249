import type { BmcScan } from '#engine/inventory/bmc-scan.ts';
import { CodedError, contract, type RacksideHandlers } from '#shared/contract/index.ts';

/** `enroll` is that of `nodes`: a server that was found is one like any other. */
export function scanHandlers(
  scan: BmcScan,
  enroll: RacksideHandlers['nodes']['enroll'],
): RacksideHandlers['scan'] {
  return {
    start: async request => ({ scanId: scan.start(request) }),
    progress: () => ({ snapshot: scan.snapshot, subscribe: scan.subscribe }),
    async cancel({ scanId }) {
      scan.cancel(scanId);
      return {};
    },
    async forget({ scanId }) {
      scan.forget(scanId);
      return {};
    },
    async enroll({ scanId, servers }, signal) {
      const results: { address: string; error: ReturnType<CodedError['toData']> | null }[] = [];
      for (const { address, name } of servers) {
        try {
          const bmc = scan.credentialsAt(scanId, address);
          await enroll(contract.nodes.enroll.input.parse({ name, bmc }), signal);
          results.push({ address, error: null });
        } catch (error) {
          if (!(error instanceof CodedError)) throw error;
          results.push({ address, error: error.toData() });
        }
      }
      return results;
    },
  };
}
