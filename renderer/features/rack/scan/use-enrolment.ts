import { useState } from 'react';
import type { ErrorData, Scan } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';

interface Refused {
  readonly address: string;
  readonly error: ErrorData;
}

/** Enrolls what was chosen, and remembers how it went. */
export function useEnrolment(scanId: Scan['status']['id']) {
  const client = useClient();
  const [enrolledCount, setEnrolledCount] = useState(0);
  const [refused, setRefused] = useState<readonly Refused[]>([]);
  const enroll = useCommand(async (servers: { address: string; name: string }[]) => {
    const results = await client.scan.enroll({ scanId, servers });
    const wrong = results.flatMap(({ address, error }) =>
      error === null ? [] : [{ address, error: error as ErrorData }],
    );
    setRefused(wrong);
    setEnrolledCount(results.length - wrong.length);
  });
  return { enroll, enrolledCount, refused };
}
