// A key store for clients in tests.

/** Keeps keys in memory. */
export function memory() {
  const kept = new Map()
  return {
    kept,
    write: async (key, value) => void kept.set(key, value),
    read: async (prefix) => [...kept].filter(([key]) => key.startsWith(prefix)).sort(),
    remove: async (prefix) => [...kept.keys()].filter((key) => key.startsWith(prefix)).forEach((key) => kept.delete(key)),
  }
}
