/** Groups by provider; providers come in the order in which each is first met. */
export const byProvider = <T extends { readonly provider: string }>(all: Iterable<T>): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(one.provider);
    if (group) group.push(one);
    else groups.set(one.provider, [one]);
  }
  return groups;
};
