import { useState } from 'react';

/** A row that somebody may remove while a person types about it: what it was last is still there to be read. */
export function useLastRow<Row>(row: Row | undefined): Row | undefined {
  const [last, setLast] = useState(row);
  if (row !== undefined && row !== last) setLast(row);
  return row ?? last;
}
