/** Control characters, and the marks that turn the direction of what follows: a sensor's name must not rearrange a page or a terminal. */
// oxlint-disable-next-line no-control-regex
const unseemly = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g

/** A string of a BMC as plain text: one line, well-formed (Postgres refuses NUL and lone surrogates), trimmed, bounded. */
export function toPlainText(value: string, maxLength = 200): string {
  const clean = value.slice(0, maxLength * 4).replace(unseemly, ' ').trim().slice(0, maxLength)
  return clean.replace(/\p{Surrogate}/gu, '\ufffd')
}

/** The same for what may be missing: nothing stays nothing, and so does a string without content. */
export function toOptionalText(value: string | null | undefined, maxLength = 200): string | undefined {
  const text = value == null ? '' : toPlainText(value, maxLength)
  return text === '' ? undefined : text
}
