import type { FoundBmc } from '#shared/contract/index.ts';
import { nameFromPattern } from '../../../ui/name-pattern.ts';

/** `{address}` is 10-0-0-7, `{last}` its last part. */
export function nameFrom(pattern: string, address: string, number: number): string {
  const last = address.slice(address.lastIndexOf('.') + 1);
  return nameFromPattern(pattern, number, { address: address.replaceAll('.', '-'), last }).trim();
}

export interface ProposedName {
  readonly name: string;
  /** `taken` by a server that is there, or `wrong`: too long, empty, or there twice. */
  readonly problem: 'taken' | 'wrong' | undefined;
}

/** A name for each chosen BMC, by its address; they are counted in the given order, past the numbers of names that are taken. */
export function proposedNames(
  chosen: readonly Pick<FoundBmc, 'address'>[],
  pattern: string,
  taken: ReadonlySet<string>,
): ReadonlyMap<string, ProposedName> {
  let number = 0;
  const named = chosen.map(({ address }) => {
    let name: string;
    do {
      number += 1;
      name = nameFrom(pattern, address, number);
    } while (taken.has(name) && name !== nameFrom(pattern, address, number + 1));
    return { address, name };
  });
  const times = Map.groupBy(named, ({ name }) => name);
  return new Map(
    named.map(({ address, name }) => {
      const isWrong = name === '' || name.length > 63 || (times.get(name)?.length ?? 0) > 1;
      const problem = isWrong ? 'wrong' : taken.has(name) ? 'taken' : undefined;
      return [address, { name, problem }];
    }),
  );
}
