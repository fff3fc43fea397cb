/** Polls `probe` until it answers something truthy; throws what it last said when that never happens. Times in ms. */
export const until = async <T>(
  probe: () => T | Promise<T>,
  { within = 120_000, every = 20 }: { within?: number; every?: number } = {},
): Promise<NonNullable<T>> => {
  const deadline = Date.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const answer = await probe();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) throw new Error(`not so within ${within} ms: ${probe}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, every));
  }
};
