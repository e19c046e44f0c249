import type { ProblemValues } from '#shared/contract/checked.ts';
import type { IdentityProblemCode } from '#shared/contract/identity-problems.ts';

/** Why a part of an identity was not accepted. The window translates `code`; `reason` is the same in English. */
export interface IdentityProblem {
  /** `hostName`, `rootPassword`, `sshAuthorizedKeys`, `networks[0].mtu`, … */
  readonly field: string;
  readonly code: IdentityProblemCode;
  readonly values: ProblemValues;
  readonly reason: string;
}
