import type { ReactNode } from 'react';

/** Addresses, serial numbers, paths: text that is compared letter by letter. */
export function Mono({
  children,
  isWrapped = true,
}: {
  readonly children: ReactNode;
  readonly isWrapped?: boolean;
}) {
  return <span className={isWrapped ? 'mono' : 'mono-line'}>{children}</span>;
}
