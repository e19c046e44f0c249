/** The list that is known, if it has the very same rows: what is made of it need not be made again. */
export function sameList<Row>(known: readonly Row[], rows: readonly Row[]): readonly Row[] {
  const isSame = known.length === rows.length && rows.every((row, index) => row === known[index]);
  return isSame ? known : rows;
}
