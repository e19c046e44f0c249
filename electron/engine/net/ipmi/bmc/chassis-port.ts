import type { ChassisAction, IdentifyRequest, RestartCause } from '../commands/chassis.ts';

/** The machine behind a virtual BMC. Calls must not block: whatever takes time goes on after they return. */
export interface ChassisPort {
  power(): 'on' | 'off';
  /**
   * `not_now`: impossible in the present power state (IPMI 2.0 §28.3 wants that for cycle and reset of a
   * machine that is off); `unsupported`: this chassis cannot do it at all.
   */
  control(action: ChassisAction): 'accepted' | 'not_now' | 'unsupported';
  identify(request: IdentifyRequest): void;
  /** Why it last started; `unknown` when absent. */
  restartCause?(): RestartCause;
}
