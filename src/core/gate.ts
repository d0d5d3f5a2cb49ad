/** Lets at most `size` pieces of work run at once; the others wait in order. */
export interface Gate {
  run<T>(work: () => Promise<T>): Promise<T>;
}

export function createGate(size: number): Gate {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    async run(work) {
      // A finished piece hands its place over, so `running` is only raised by newcomers who find one free.
      if (running >= size) await new Promise<void>((resolve) => waiting.push(resolve));
      else running += 1;
      try {
        return await work();
      } finally {
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}
