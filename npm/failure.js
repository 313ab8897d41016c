/** A `BullaError`, as the modules make them. */
export function failure(code, message, retryable, cause) {
  const error = new Error(message, { cause })
  return Object.assign(error, { name: 'BullaError', code, retryable })
}
