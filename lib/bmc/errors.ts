import type { BmcFailure, BmcFailureKind } from '#lib/domain/bmc.ts'

/** A BMC that could not be spoken to, or was not believed: the kind that pages put into words, and host:port in the text. */
export class BmcError extends Error {
  override readonly name = 'BmcError'
  readonly kind: BmcFailureKind
  readonly address: string

  constructor(kind: BmcFailureKind, address: string, text: string, options?: ErrorOptions) {
    super(text, options)
    this.kind = kind
    this.address = address
  }

  toFailure(): BmcFailure {
    return { kind: this.kind, address: this.address, text: this.message }
  }
}
