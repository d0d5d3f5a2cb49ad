/** The life of a process in a test: once ended, nothing it calls comes back, as after kill -9. */
export interface Life {
  /** The same object, whose calls hang for ever once this life has ended. */
  bind<T extends object>(target: T): T;
  end(): void;
}

export function createLife(): Life {
  let ended = false;
  const never = () => new Promise<never>(() => {});
  return {
    bind: (target) =>
      new Proxy(target, {
        get(object, name) {
          const value: unknown = Reflect.get(object, name);
          if (typeof value !== "function") return value;
          return (...args: unknown[]) => (ended ? never() : Reflect.apply(value, object, args));
        },
      }),
    end() {
      ended = true;
    },
  };
}
