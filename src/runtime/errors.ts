/** What an error says to a person: its message, or the message of the first of several that were tried together. */
export const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
};

/**
 * Why a request failed, as a code that is safe to show: an error's message may quote an address with its secrets.
 * "ECONNREFUSED" and the like where the cause has one, else the error's name.
 */
export const failureCodeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'failed';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
};

/** Whether a file or folder is simply not there. */
export const isNotFound = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';
