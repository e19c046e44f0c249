/** All that a generator gives. */
export async function collected<T>(generator: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of generator) items.push(item);
  return items;
}
