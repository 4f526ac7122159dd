const SECRET =
  /password|passphrase|passwd|secret|private_?key|token|community|(?:licen[cs]e|encryption|authentication|auth|privacy|api|shared|session|ssh)_?key|licen[cs]e_?string/i
/** Keys that speak about a secret and do not hold one: `MinPasswordLength`, `PasswordExpiration`, `TokenType`. */
const ABOUT =
  /(?:status|state|polic(?:y|ies)|required|enabled?|disabled?|expir\w*|expires|mode|type|length|complexity|timeout|name|rules?|count|flag|valid\w*|url|uri|protocol|algorithm|format|size|set|support\w*)$/i

/** Does a property of this name hold a secret? Only strings do: a number or a boolean beside such a name is a policy. */
export function isSecretKey(key: string): boolean {
  return SECRET.test(key) && !ABOUT.test(key) && !key.includes('@')
}

/** A copy in which every secret is `replacement`, and how many there were. Empty strings and what BMCs star out themselves stay. */
export function hideSecrets(value: unknown, replacement: string): { value: unknown; hidden: number } {
  let hidden = 0
  const isHeld = (text: unknown): text is string => typeof text === 'string' && text !== '' && !/^\*+$/.test(text)
  function hide(held: unknown): unknown {
    if (Array.isArray(held)) return held.map((item) => (isHeld(item) ? conceal() : copy(item)))
    return isHeld(held) ? conceal() : copy(held)
  }
  function conceal(): string {
    hidden++
    return replacement
  }
  function copy(part: unknown): unknown {
    if (Array.isArray(part)) return part.map(copy)
    if (typeof part !== 'object' || part === null) return part
    return Object.fromEntries(Object.entries(part).map(([key, held]) => [key, isSecretKey(key) ? hide(held) : copy(held)]))
  }
  return { value: copy(value), hidden }
}
