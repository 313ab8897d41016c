import type { NamedSource } from './index.js'

export * from './index.js'

/** A file of this machine as a source for `upload`: read as it is sent, never as a whole. */
export function fileFromPath(path: string): Promise<NamedSource>
