import { z } from 'zod';

/** Of procedures that take, or answer, nothing. */
export const nothing = z.object({}).default({});
