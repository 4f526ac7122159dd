type Headers = { get: (name: string) => string | null }

/** Where this request was sent to, as its sender sees it: `https://host:port`. server.ts has vetted the headers. */
export function siteOf(headers: Headers): string {
  const host = headers.get('x-forwarded-host') ?? headers.get('host') ?? 'localhost'
  return `${headers.get('x-forwarded-proto') ?? 'http'}://${host}`
}

/**
 * May a request that changes something be believed to come from our own pages? A browser says where it comes from (`Origin`, or
 * `Sec-Fetch-Site` where it leaves that out); a foreign or `null` origin never may. What is authenticated by a cookie, which a browser
 * sends by itself, must say so; a script with a token, or with none, need not.
 */
export function isSameOrigin(headers: Headers, byCookie: boolean): boolean {
  const origin = headers.get('origin')
  const fetchSite = headers.get('sec-fetch-site')
  if (fetchSite !== null && !['same-origin', 'none'].includes(fetchSite)) return false
  if (origin !== null) return origin === siteOf(headers)
  return !byCookie || fetchSite === 'same-origin'
}
