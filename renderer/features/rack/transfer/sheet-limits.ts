/** What an import takes: more than a room of racks, and nothing that a page cannot hold. */
export const largestFileBytes = 20_000_000;
export const mostRows = 5000;
export const mostColumns = 60;
export const longestCell = 4000;
/** What a workbook may be when it is unpacked. */
export const largestUnpackedBytes = 32_000_000;
