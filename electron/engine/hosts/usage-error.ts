/** The command line is wrong: one line for the person who typed it, exit code 2. */
export class UsageError extends Error {}

/** What `util.parseArgs` throws, as a usage error; anything else as it is. */
export function asUsageError(error: unknown): unknown {
  const code = (error as { code?: unknown }).code;
  const isOfParseArgs = typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS_');
  return isOfParseArgs && error instanceof Error ? new UsageError(error.message.split('. ', 1)[0]) : error;
}
