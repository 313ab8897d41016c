// Small pictures of what is sent, made of what this browser can decode. They hold nothing but what they show: no place, no camera.

/** Their longer sides, in pixels at most. */
const SIZES = [75, 600]
/** Bytes of a picture that is decoded, and of a small one, at most. */
const LARGEST = 32 * 1024 ** 2
const MOST = 250 * 1024
/** Files whose pictures are stored together. */
const BATCH = 20

/** Stores the thumbnails of `files` (`{ blob }`), which were uploaded to `pkg` as `sent`, in this order. */
export async function addThumbnails(pkg, files, sent, signal) {
  for (let at = 0; at < files.length; at += BATCH) {
    const made = []
    for (const [behind, { blob }] of files.slice(at, at + BATCH).entries()) {
      signal.throwIfAborted()
      for (const thumbnail of await thumbnailsOf(blob)) made.push({ fileId: sent[at + behind].id, ...thumbnail })
    }
    if (made.length > 0) await pkg.putThumbnails(made)
  }
}

/** The thumbnails of a file: none where this browser cannot make any. */
async function thumbnailsOf(blob) {
  if (!blob.type.startsWith('image/') || blob.size > LARGEST || !('OffscreenCanvas' in globalThis)) return []
  const picture = await createImageBitmap(blob).catch(() => undefined)
  if (!picture) return []
  try {
    const made = await Promise.all(SIZES.map(async size => ({ size, picture: await scaled(picture, size) })))
    return made.filter(({ picture }) => picture.size <= MOST)
  } finally {
    picture.close()
  }
}

function scaled(picture, size) {
  const scale = Math.min(1, size / Math.max(picture.width, picture.height))
  const [width, height] = [picture.width, picture.height].map(side => Math.max(1, Math.round(side * scale)))
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  // A JPEG has no holes to look through.
  context.fillStyle = 'white'
  context.fillRect(0, 0, width, height)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, 0, 0, width, height)
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.8 })
}
