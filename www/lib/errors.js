// Errors as the SDK makes them: `name` is BullaError, `code` is stable.

/** An error of these pages, told apart by its code like the SDK's. */
export const coded = (code, message, cause) =>
  Object.assign(new Error(message, { cause }), { name: 'BullaError', code, retryable: code === 'NETWORK' })

/** The stable code of anything that was thrown. */
export const codeOf = error => (error?.name === 'BullaError' ? error.code : 'INTERNAL')
