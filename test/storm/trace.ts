/** The trace: what happened, a line each, with the virtual time. Two runs of one seed give the same lines. */
export interface Trace {
  say(line: string): void;
  readonly lines: readonly string[];
}

export const createTrace = (now: () => number, onLine?: (line: string) => void): Trace => {
  const lines: string[] = [];
  return {
    lines,
    say: (line) => {
      const whole = `${new Date(now()).toISOString().slice(11, 23)} ${line}`;
      lines.push(whole);
      onLine?.(whole);
    },
  };
};
