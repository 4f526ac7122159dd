/**
 * An error that a person or a script is told of: a stable code, the HTTP status that fits it, and a sentence that names the thing.
 * Everything else that is thrown is a fault of ours and becomes a 500 without its text.
 */
export class BaseboardError extends Error {
  override readonly name = 'BaseboardError'
  readonly code: string
  readonly status: number

  constructor(code: string, status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.status = status
  }
}
