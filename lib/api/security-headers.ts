/**
 * What every answer carries for the browser's sake. The policy was tried against Next, Base UI, uPlot and xterm (stack.md §3): scripts
 * run by nonce alone; `style-src-attr` is open because server-rendered style attributes and xterm's colours need it, and an
 * attribute can neither run nor fetch anything under this policy.
 */
export function contentSecurityPolicy(nonce: string, dev: boolean): string {
  const script = dev ? `'nonce-${nonce}' 'strict-dynamic' 'unsafe-eval'` : `'nonce-${nonce}' 'strict-dynamic'`
  const style = dev ? `'self' 'unsafe-inline'` : `'self' 'nonce-${nonce}'`
  return [
    `default-src 'none'`,
    `script-src ${script}`,
    `style-src ${style}`,
    `style-src-attr 'unsafe-inline'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `manifest-src 'self'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `object-src 'none'`,
  ].join('; ')
}

/** Of the API, which is no document: nothing may load, run or frame it. */
export const apiPolicy = `default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

/**
 * No Strict-Transport-Security: it would hold for every port of the host, and BMC pages and consoles on it may speak plain HTTP.
 * The session cookie is `Secure` and `__Host-` over TLS without it.
 */
export const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), payment=(), browsing-topics=()',
} as const
