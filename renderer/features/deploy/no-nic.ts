import { type ErrorDetails, errorKinds } from '#shared/contract/errors.ts';
import type { Finding } from './finding-text.ts';

type Candidate = ErrorDetails<'deploy.no_nic'>['candidates'][number];

/** The links that a network might have gone to; none where the finding is about something else. */
export function candidatesOf({ code, details }: Finding): readonly Candidate[] {
  if (code !== 'deploy.no_nic') return [];
  const parsed = errorKinds['deploy.no_nic'].details.safeParse(details);
  return parsed.success ? parsed.data.candidates : [];
}
