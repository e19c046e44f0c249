import type { PowerAction } from '#engine/inventory/bmc-power.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { Deployment, Image, Node } from '#shared/contract/index.ts';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { PowerState } from '#shared/model/provision-state.ts';
import type { AgentService } from './agent/agent-service.ts';
import type { BootTask } from './boot-policy.ts';
import type { InstallerDesk } from './installer-desk.ts';

/**
 * Power and boot order of one server through its BMC. Every call rejects with a `bmc.*` CodedError, or with
 * BmcLinesClosed while the engine ends.
 */
export interface PowerPort {
  read(node: Node): Promise<PowerState>;
  /** On and off end when the BMC reports that state, which takes minutes on some makes; `signal` ends the waiting. */
  control(node: Node, action: PowerAction, signal?: AbortSignal): Promise<void>;
  /** For the next boot only, in the node's boot mode. Tells what the BMC says it understood. */
  bootOnce(node: Node, device: 'pxe' | 'disk'): Promise<{ accepted: boolean; readBack: string }>;
  /** Opens a session and learns who the BMC is. */
  verify(node: Node): Promise<{ powerState: PowerState; bmc: Partial<NonNullable<Node['bmc']>> }>;
}

export type AddressAnswer =
  | { readonly result: 'free' }
  /** `holder` null: we have it ourselves. */
  | { readonly result: 'taken'; readonly holder: Mac | null }
  | { readonly result: 'not-served' | 'no-probe' };

/** Where a machine fetches what it needs. */
export interface BootServer {
  /** `http://10.77.0.1:8088`: the side of us that this machine sees; undefined while it has no address of ours. */
  baseUrl(nodeId: NodeId): string | undefined;
  /** Content bytes of the image as they leave for this machine, compressed. Gives how to stop listening. */
  watchDownload(nodeId: NodeId, onBytes: (doneBytes: number, totalBytes: number) => void): () => void;
  /**
   * A network of this purpose (provisioning) that this machine may be on is served in full mode; a deployment without one
   * waits for nothing.
   */
  canBoot(node: Pick<Node, 'isVirtual'>, purpose?: BootTask): boolean;
  /**
   * Whether a fixed address is free on a network of ours, asked by us: of a server that boots no ramdisk. Who answers with
   * one of `clients` is the server itself.
   */
  askAddress(networkId: NetworkId | null, address: Ipv4, clients: readonly Mac[]): Promise<AddressAnswer>;
  /** Kernel and ramdisk are there; else what is missing and how to get it. */
  missingRamdisk(node: Pick<Node, 'isVirtual'>): { what: string; command: string } | undefined;
}

/** The bytes of a machine's config drive; the same bytes for the same deployment, so that a resumed one matches. */
export type ConfigDriveBuilder = (
  deployment: Deployment,
  request: StoredRequest,
  node: Node,
) => Promise<{ bytes: Uint8Array; sha256: string }>;

/** What the heart needs from the rest of the engine. */
export interface ProvisionServices {
  readonly store: Store;
  readonly clock: Clock;
  readonly agent: AgentService;
  readonly installer: InstallerDesk;
  readonly power: PowerPort;
  readonly bootServer: BootServer;
  readonly configDrive: ConfigDriveBuilder;
  /** `$6$…` of a clear password, which is forgotten at once. */
  readonly hashPassword: (password: string) => string;
  /** How a stored image is compressed on its way to the machine. */
  readonly imageFormat: (image: Image) => 'zstd' | 'none';
}
