// The folders of a workspace, all the way down.

/** `{ id, path }` for each folder: `path` has all folders from the first below the top to itself. Those under `but` are left out. */
export async function* folders(workspace, but = undefined) {
  // A server could put a folder into itself.
  const seen = new Set([workspace.root, but])
  const walk = async function* (within, path) {
    for await (const folder of workspace.directories.list(within)) {
      if (seen.has(folder.id)) continue
      seen.add(folder.id)
      const here = [...path, folder]
      yield { id: folder.id, path: here }
      yield* walk(folder.id, here)
    }
  }
  yield* walk(workspace.root, [])
}
