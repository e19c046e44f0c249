/** What an import takes: more than a room of racks, and nothing that a page cannot hold. */
export const largestFileBytes = 20_000_000;
export const mostRows = 5000;
export const mostColumns = 60;
export const longestCell = 4000;
/** What a workbook may be when it is unpacked, empty cells counted. */
export const largestUnpackedBytes = 32_000_000;
export const mostUnpackedCells = 2_000_000;
/** Lines and cells of a text, empty ones counted, before anybody looks which of them hold something. */
export const mostTextLines = 100_000;
export const mostTextCells = 1_000_000;
